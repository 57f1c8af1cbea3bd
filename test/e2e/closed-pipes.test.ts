import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MAIN } from '../support/command-line.js';
import { scriptedTask } from '../support/scripted-progress.js';
import { useScriptedProjects } from '../support/use-scripted-projects.js';

/* What becomes of a command whose reader goes away, as `head` does; the project that answers is a scripted one. */

const shared = useScriptedProjects();

/** Runs a command whose output nobody reads. */
async function runUnread(
  { signal }: { readonly signal: AbortSignal },
  ...words: readonly string[]
): Promise<{ readonly exitCode: number | null; readonly stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...words], { cwd: shared.folder, stdio: ['ignore', 'pipe', 'pipe'] });
  signal.addEventListener('abort', () => child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exitCode = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  child.stdout.destroy();
  return { exitCode: await exitCode, stderr };
}

describe('a command whose output is read no further', () => {
  it('ends without a word, with the exit code that it would have had', async ({ signal }) => {
    const tasks = Array.from({ length: 100 }, (_, index) => scriptedTask(`task-${index}`, 1_500));
    const { projectId } = await shared.client.begin({ tasks });
    const address = ['--address', shared.projects.address];
    expect(await runUnread({ signal }, 'status', projectId, ...address)).toEqual({ exitCode: 0, stderr: '' });
    expect(await runUnread({ signal }, '--help')).toEqual({ exitCode: 0, stderr: '' });
    // What was ordered was ordered, whoever reads the receipt.
    expect(await runUnread({ signal }, 'pause', projectId, '--reason', 'Because.', ...address)).toEqual({ exitCode: 0, stderr: '' });
  });

  it('watches no further, and leaves the project to go on', async ({ signal }) => {
    const spec = join(shared.folder, 'letters.yaml');
    await writeFile(spec, 'name: Letters\ngoals: [A letter is written.]\nbudget_total: 20000\n');
    const options = ['--address', shared.projects.address, '--task-queue', shared.projects.taskQueue];
    expect(await runUnread({ signal }, 'submit', '--project-spec', spec, '--watch', '--id', 'watched', ...options)).toEqual({
      exitCode: 0,
      stderr: '',
    });
    expect(await shared.client.kamachiq.project('watched').hasEnded()).toBe(false);
  });
});
