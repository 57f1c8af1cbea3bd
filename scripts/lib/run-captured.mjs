import { spawn } from 'node:child_process';

/**
 * Runs a program in the background and collects everything it says.
 *
 * @param {string} program
 * @param {readonly string[]} programArguments
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal | undefined }} [options]
 * @returns {Promise<{ code: number | null, output: string }>} `code` is null where a signal ended it. Both streams, as they came.
 */
export async function runCaptured(program, programArguments, { cwd, env = process.env, signal } = {}) {
  const child = spawn(program, programArguments, { cwd, env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, output };
}
