import { spawn } from 'node:child_process';

/** What a program did. */
export interface ProgramRun {
  /** Null when it was killed. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; the signal of the test kills it, so that a test which times out leaves nothing behind. */
export async function runProgram(
  file: string,
  programArguments: readonly string[],
  options: { readonly cwd: string; readonly signal?: AbortSignal; readonly env?: NodeJS.ProcessEnv },
): Promise<ProgramRun> {
  const { cwd, signal, env = {} } = options;
  const child = spawn(file, programArguments, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', kill);
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  }
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  signal?.removeEventListener('abort', kill);
  return { exitCode, ...said };
}
