// The inside of a Pyodide sandbox: one process, one run. Started by launch-pyodide.ts under Node's permission model; never imported.
// Plain JavaScript without dependencies, since the process may read nothing but this file, runner.py, Pyodide's folder and the snapshot.
import fs from 'node:fs';

const ANSWERS = 3;
const [pyodideFolder, runnerFile, snapshotFile, purpose] = process.argv.slice(2);
process.argv.length = 1;

/** Walls that are not there. A version of Node that ignores one of the flags must not run anything. */
function findOpenWalls() {
  const open = ['fs.write', 'child', 'worker', 'net', 'inspector', 'addon', 'wasi'].filter((scope) => process.permission?.has(scope) !== false);
  if (process.permission?.has('fs.read', '/') !== false) open.push('fs.read');
  // macOS gives this one to every process.
  if (Object.keys(process.env).some((name) => name !== '__CF_USER_TEXT_ENCODING')) open.push('environment');
  try {
    Reflect.construct(Function, ['']);
    open.push('code generation');
  } catch {
    // What is wanted: this process makes no code from text.
  }
  return open;
}

function write(text) {
  const data = Buffer.from(`${text}\n`);
  for (let sent = 0; sent < data.length; ) sent += fs.writeSync(ANSWERS, data, sent);
}

/** Reads synchronously: nothing that generated code left behind runs between two invocations, and the end of the host ends this process. */
function* readLines() {
  const chunk = Buffer.alloc(65_536);
  let pending = [];
  for (;;) {
    const size = fs.readSync(0, chunk, 0, chunk.length, null);
    if (size === 0) return;
    let start = 0;
    for (let end = chunk.indexOf(10, 0); end !== -1 && end < size; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...pending, chunk.subarray(start, end)]).toString();
      pending = [];
      start = end + 1;
    }
    pending.push(Buffer.from(chunk.subarray(start, size)));
  }
}

/** Takes away what would hurt most if generated code ever reached this process's globals after all. */
function disarm() {
  const refuse = () => {
    throw new Error('refused inside the sandbox');
  };
  const methods = [
    'kill',
    '_kill',
    'binding',
    '_linkedBinding',
    'dlopen',
    'getBuiltinModule',
    'execve',
    'chdir',
    'setuid',
    'seteuid',
    'setgid',
    'setegid',
  ];
  for (const name of [...methods, 'setgroups', 'initgroups', '_debugProcess', '_debugEnd', '_startProfilerIdleNotifier', 'loadEnvFile']) {
    if (name in process) Object.defineProperty(process, name, { value: refuse, writable: false, configurable: false });
  }
  for (const name of ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest']) delete globalThis[name];
}

async function load() {
  const { loadPyodide } = await import(new URL('pyodide.mjs', `file://${pyodideFolder}/`).href);
  // Emscripten asks for the file constants this way; the real binding is refused by the permission model.
  process.binding = () => ({ fs: fs.constants });
  const pyodide = await loadPyodide({
    indexURL: pyodideFolder,
    jsglobals: Object.create(null),
    env: { HOME: '/tmp', PYTHONHASHSEED: '0', NO_COLOR: '1', COLUMNS: '80' },
    stdin: () => null,
    stdout: () => undefined,
    stderr: () => undefined,
    enableRunUntilComplete: false,
    ...(purpose === 'make-snapshot' ? { _makeSnapshot: true } : {}),
    ...(snapshotFile === '' ? {} : { _loadSnapshot: fs.readFileSync(snapshotFile) }),
  });
  pyodide.runPython(fs.readFileSync(runnerFile, 'utf8'), { filename: 'runner.py' });
  return pyodide;
}

/** Ends a loop in Python whose host is gone: while it runs, nothing else here does, but the interpreter looks at this buffer every few steps. */
function endWithHost(pyodide) {
  const host = process.ppid;
  let looks = 0;
  const buffer = {
    get 0() {
      looks += 1;
      if (looks % 1000 === 0 && process.ppid !== host) process.exit(1);
      return 0;
    },
    set 0(_handled) {},
  };
  pyodide.setInterruptBuffer(buffer);
}

const openWalls = findOpenWalls();
if (openWalls.length > 0) {
  write(JSON.stringify({ open: openWalls }));
  process.exit(1);
}
const pyodide = await load();
if (purpose === 'make-snapshot') {
  const snapshot = pyodide.makeMemorySnapshot();
  for (let sent = 0; sent < snapshot.length; ) sent += fs.writeSync(ANSWERS, snapshot, sent);
  process.exit(0);
}
disarm();
endWithHost(pyodide);
pyodide.globals.get('rehearse')();
const prepare = pyodide.globals.get('prepare');
const answer = pyodide.globals.get('answer');
write(JSON.stringify({ ready: { version: pyodide.version } }));
let prepared = false;
for (const line of readLines()) {
  if (!prepared) {
    prepare(line);
    prepared = true;
    continue;
  }
  try {
    write(answer(line));
  } catch (error) {
    // The interpreter itself is broken: ended by the code, out of stack, or a fault in compiled code. Nothing more can run in it.
    const { token } = JSON.parse(line);
    const detail = `the interpreter ended: ${String(error?.message ?? error).slice(0, 300)}`;
    write(JSON.stringify({ token, observation: { status: 'stopped', reason: 'crash', detail } }));
    process.exit(1);
  }
}
process.exit(0);
