import type { AbridgedTask } from '../graph/abridged-task.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import type { AbridgedRun } from './abridged-run.js';
import type { GivenValue } from './agent-task-types.js';
import type { TaskAccounts } from './task-accounts.js';

/** Most bytes of what tasks handed on that are told of together: of more, each task's report tells. */
export const TOLD_OUTPUT_BYTES = 200_000;

/**
 * What succeeded nearest before a task. What did not succeed was not approved, and nothing of it goes on; what succeeded before that is there all the
 * same.
 */
export function upstreamOf(run: AbridgedRun, accounts: TaskAccounts, id: string): readonly ArtifactReference[] {
  const found: ArtifactReference[] = [];
  const before = new Set(run.predecessors(id));
  // What is added while the set is walked through is walked through too.
  for (const dependency of before) {
    if (run.state(dependency) === 'succeeded') found.push(...accounts.manifestsOf(dependency));
    else for (const earlier of run.predecessors(dependency)) before.add(earlier);
  }
  return found;
}

/** Values that others handed on; what nobody handed on is not among them. */
export function givenTo(run: AbridgedRun, accounts: TaskAccounts, { inputsFrom = [] }: AbridgedTask): readonly GivenValue[] {
  return inputsFrom.flatMap(({ input, task, output }) => {
    const outputs = run.outputs(task);
    if (outputs === undefined || !Object.hasOwn(outputs, output)) return [];
    return accounts.manifestsOf(task).map((manifest) => ({ input, manifest, output }));
  });
}
