import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const forwarded = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Runs a program in the foreground and waits for it. Signals reach it; the caller outlives it, so that nothing is orphaned.
 *
 * @param {string} program
 * @param {readonly string[]} programArguments
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, stdio?: import('node:child_process').StdioOptions,
 *   onSignal?: (signal: NodeJS.Signals) => void }} options `onSignal` hears of every signal that this process got meanwhile.
 * @returns {Promise<number>} The exit code; 128 plus its number for a signal.
 */
export async function runProcess(program, programArguments, { cwd, env = process.env, stdio = 'inherit', onSignal = () => {} }) {
  const child = spawn(program, programArguments, { cwd, env, stdio });
  const listeners = forwarded.map((signal) => {
    const listener = () => {
      onSignal(signal);
      // A terminal has already sent Ctrl-C to the whole group; a second one would look like impatience.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    process.on(signal, listener);
    return { signal, listener };
  });
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']));
    });
  } finally {
    for (const { signal, listener } of listeners) process.off(signal, listener);
  }
}
