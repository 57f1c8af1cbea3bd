import type { ReplayWorkerOptions } from '@temporalio/worker';
import { readHistories } from './read-histories.js';
import { TestingError } from './testing-error.js';

/** What became of the recorded histories of a folder. @public */
export interface ReplayOutcome {
  /** Names of all that were replayed: the file below the folder, and the workflow. */
  readonly replayed: readonly string[];
  /** Those among them that today's workflow code makes something else of. */
  readonly broken: readonly { readonly name: string; readonly message: string }[];
}

/**
 * Replays every recorded history below a folder on the workflow code as it is now; no server is needed. Files are `*.json` as
 * `temporal workflow show --output json` writes them, or lists of histories in `*.json.gz`.
 *
 * @param workflows - Your workflow module, or a bundle of it, and what else a worker that replays is told.
 * @throws TestingError `testing.no-histories`, `testing.unreadable-history`
 *
 * @public
 */
export async function replayAll(folder: string, workflows: ReplayWorkerOptions): Promise<ReplayOutcome> {
  const histories = await readHistories(folder);
  // A folder that moved would be a replay that never fails.
  if (histories.length === 0) {
    throw new TestingError(
      'testing.no-histories',
      `Expected recorded histories (*.json or *.json.gz) in ${folder}, got none.`,
      'Record some, or name the folder that holds them.',
    );
  }
  const { Worker } = await import('@temporalio/worker');
  const replayed: string[] = [];
  const broken: { readonly name: string; readonly message: string }[] = [];
  for await (const { error } of Worker.runReplayHistories(workflows, histories)) {
    const { name } = histories[replayed.length]!;
    replayed.push(name);
    if (error !== undefined) broken.push({ name, message: error.message });
  }
  return { replayed, broken };
}
