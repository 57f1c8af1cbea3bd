import { ApplicationFailure, condition, defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import type { ControlKind, ControlOrder, ControlReceipt } from '../../src/workflow/control-messages.js';
import type { ProjectProgress } from '../../src/workflow/project-types.js';

const KINDS: readonly ControlKind[] = ['pause', 'resume', 'cancel-task', 'retry-task', 'raise-budget', 'set-concurrency'];

/**
 * A project that does nothing: it stands where a test puts it by the signal `scripted.stand`, and takes every order but those whose reason is `Refuse.`,
 * with what it was sent as the order's effect. Ends when it is put into the phase `ended`.
 */
export async function ScriptedProject(first: ProjectProgress): Promise<unknown> {
  let progress = first;
  let order = 0;
  setHandler(defineQuery('kamachiq.status'), () => progress);
  setHandler(defineSignal<[ProjectProgress]>('scripted.stand'), (next) => {
    progress = next;
  });
  for (const kind of KINDS) {
    setHandler(
      defineUpdate<ControlReceipt, [ControlOrder]>(`kamachiq.${kind}`),
      (sent) => {
        order += 1;
        return { order, kind, reason: sent.reason, effect: JSON.stringify(sent), takenAt: Date.now() };
      },
      {
        validator: ({ reason }) => {
          if (reason !== 'Refuse.') return;
          throw ApplicationFailure.create({ type: 'kamachiq.control.refused', message: 'It was told to refuse.', nonRetryable: true });
        },
      },
    );
  }
  await condition(() => progress.phase === 'ended');
  return progress.result;
}

/** A project of a version that took no orders. */
export async function ScriptedOlderProject(progress: ProjectProgress): Promise<void> {
  setHandler(defineQuery('kamachiq.status'), () => progress);
  await condition(() => false);
}
