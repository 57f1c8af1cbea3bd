// A host that starts a sealed child, has it loop, and tells its process id once it does. Reads {file, parameters, lines} from its arguments.
import { spawn } from 'node:child_process';

const { file, parameters, lines } = JSON.parse(process.argv[2]);
const child = spawn(file, parameters, { cwd: '/', env: {}, stdio: ['pipe', 'ignore', 'inherit', 'pipe'] });
child.stdio[3].once('data', () => {
  for (const line of lines) child.stdin.write(`${JSON.stringify(line)}\n`);
  child.stdio[3].once('data', () => console.log(child.pid));
});
