import { callActivity } from './activity-proxies.js';
import { CancellationScope, sleep } from './temporal.js';

/** Milliseconds after which a task that waits asks for the first time whether its project still runs, and most between two times. */
const FIRST_LOOK = 60 * 60 * 1_000;
const LONGEST_PAUSE = 24 * 60 * 60 * 1_000;

/**
 * Waits for a person, or for a word of the project, for as long as the project runs: one that was ended by an operator does not end the tasks that
 * outlive its runs, and nobody would ever tell them.
 *
 * @throws CancelledFailure where the project has ended, and whatever the wait throws
 */
export async function whileProjectRuns<Result>(wait: () => Promise<Result>): Promise<Result> {
  const scope = new CancellationScope();
  const watch = new CancellationScope();
  watch
    .run(async () => {
      for (let pause = FIRST_LOOK; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
        await sleep(pause, { summary: 'time to look for the project' });
        if (!(await callActivity('isProjectRunning', 'whether the project still runs'))) break;
      }
      scope.cancel();
    })
    // It ends with the wait: its cancellation is no news.
    .catch(() => undefined);
  try {
    return await scope.run(wait);
  } finally {
    watch.cancel();
  }
}
