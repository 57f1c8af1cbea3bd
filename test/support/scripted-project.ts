import { ApplicationFailure, condition, defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import type { ControlKind, ControlOrder, ControlReceipt } from '../../src/workflow/control-messages.js';
import type { ProjectInput, ProjectProgress } from '../../src/workflow/project-types.js';
import { scriptedProgress } from './scripted-progress.js';

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
        return { order, kind, ...sent, effect: JSON.stringify(sent), takenAt: Date.now() };
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

/** As a client submits it: a scripted project of that id. */
export const KamachiqProjectWorkflow = ({ projectId }: ProjectInput): Promise<unknown> => ScriptedProject(scriptedProgress(projectId, {}));

/** A project of a version that took no orders. */
export async function ScriptedOlderProject(progress: ProjectProgress): Promise<void> {
  setHandler(defineQuery('kamachiq.status'), () => progress);
  await condition(() => false);
}

/** A project that says much of itself, a character for each token of its budget, until it is told where to stand. */
export async function ScriptedTalkativeProject(first: ProjectProgress): Promise<void> {
  let progress: ProjectProgress = { ...first, projectId: 'x'.repeat(first.budget.total) };
  setHandler(defineQuery('kamachiq.status'), () => progress);
  setHandler(defineSignal<[ProjectProgress]>('scripted.stand'), (next) => {
    progress = next;
  });
  await condition(() => progress.phase === 'ended');
}

/** A project that knows the question, and fails to answer it. */
export async function ScriptedSpeechlessProject(): Promise<void> {
  setHandler(defineQuery('kamachiq.status'), () => {
    throw ApplicationFailure.create({ message: 'It has no words for it.' });
  });
  await condition(() => false);
}
