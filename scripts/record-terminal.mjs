#!/usr/bin/env node
/**
 * Runs a command and makes an animated SVG of what it shows in a terminal; the exit code is the command's.
 *
 *   node scripts/record-terminal.mjs --output docs/demo.svg -- npm run demo
 *
 * --columns 100  --rows 30    size of the terminal
 * --speed 1                   how many times as fast it is played; said in the picture where it isn't 1
 * --pause 2000                longest pause kept, in milliseconds of the played recording
 * --title TEXT                the command where none is given
 *
 * Programs see a real terminal where Python 3 is present (its pty module), else a pipe with colours forced.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import process from 'node:process';
import { StringDecoder } from 'node:string_decoder';
import { parseArgs } from 'node:util';
import { condenseFrames, renderRecording } from './lib/terminal-recording.mjs';
import { TerminalScreen } from './lib/terminal-screen.mjs';

const SHORTEST_FRAME_MILLISECONDS = 60;

/** Sets the size before the program starts, so that it never sees another. */
const PTY = `
import fcntl, os, pty, struct, sys, termios
rows, columns = int(sys.argv[1]), int(sys.argv[2])
child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
    try:
        os.execvp(sys.argv[3], sys.argv[3:])
    except OSError as error:
        print(f'{sys.argv[3]}: {error.strerror}')
        os._exit(127)
while True:
    try:
        piece = os.read(terminal, 65536)
    except OSError:
        break
    if not piece:
        break
    os.write(1, piece)
status = os.waitpid(child, 0)[1]
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
`;

const { values, positionals: command } = parseArgs({
  allowPositionals: true,
  options: {
    output: { type: 'string' },
    columns: { type: 'string', default: '100' },
    rows: { type: 'string', default: '30' },
    speed: { type: 'string', default: '1' },
    pause: { type: 'string', default: '2000' },
    title: { type: 'string' },
  },
});
const [columns, rows, speed, pause] = [values.columns, values.rows, values.speed, values.pause].map(Number);
if (values.output === undefined || command.length === 0 || ![columns, rows, speed, pause].every((number) => number > 0)) {
  process.stderr.write(
    'Usage: node scripts/record-terminal.mjs --output FILE.svg [--columns 100] [--rows 30] [--speed 1] [--pause 2000] [--title TEXT] -- COMMAND …\n',
  );
  process.exit(2);
}

const { frames, exitCode } = await record();
const condensed = condenseFrames(frames, { shortest: SHORTEST_FRAME_MILLISECONDS, longestPause: pause, speed });
if (condensed.length === 0) {
  process.stderr.write('The command printed nothing, so there is nothing to draw.\n');
  process.exit(exitCode === 0 ? 1 : exitCode);
}
const used = condensed.reduce((most, { lines }) => Math.max(most, lines.findLastIndex((line) => line.length > 0) + 1), 1);
const note = speed === 1 ? '' : `${speed}× speed`;
const svg = renderRecording(condensed, { columns, rows: used, title: values.title ?? command.join(' '), note });
await mkdir(dirname(values.output), { recursive: true });
await writeFile(values.output, svg);
process.stderr.write(`${values.output}: ${condensed.length} frames, ${(svg.length / 1000).toFixed(0)} kB\n`);
process.exitCode = exitCode;

function record() {
  const hasPty = spawnSync('python3', ['-c', 'import pty']).status === 0;
  const [program, ...rest] = hasPty ? ['python3', '-c', PTY, String(rows), String(columns), ...command] : command;
  const environment = { ...process.env, TERM: 'xterm-256color', FORCE_COLOR: '1', COLUMNS: String(columns), LINES: String(rows) };
  const child = spawn(program, rest, { env: environment, stdio: ['ignore', 'pipe', hasPty ? 'inherit' : 'pipe'] });
  // Ends the recording, not the recorder: what was seen so far is drawn. Closing the terminal hangs up on the command.
  process.once('SIGINT', () => child.kill());

  const screen = new TerminalScreen({ columns, rows });
  const decoder = new StringDecoder('utf8');
  const frames = [];
  const start = performance.now();
  const take = (piece) => {
    process.stdout.write(piece);
    screen.write(decoder.write(piece));
    frames.push({ at: performance.now() - start, lines: screen.snapshot() });
  };
  child.stdout.on('data', take);
  child.stderr?.on('data', take);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ frames, exitCode: code ?? 1 }));
  });
}
