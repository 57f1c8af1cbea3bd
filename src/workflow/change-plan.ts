import type { AbridgedTask } from '../graph/abridged-task.js';
import { findLateTasks } from '../graph/compile/find-late-tasks.js';
import type { GraphFinding } from '../graph/graph-finding.js';
import { applyGraphPatch } from '../graph/run/apply-graph-patch.js';
import type { NodePatch } from '../graph/run/graph-patch.js';
import type { TaskState } from '../graph/task-state.js';
import type { AbridgedRun } from './abridged-run.js';
import { refuseForError } from './revise-plan.js';

/**
 * Goes on with a patched plan. Other tasks may have begun since the patch was compiled: what can't be applied any more is answered, and changes nothing.
 *
 * @returns The run that goes on, or what is in the way.
 */
export function changePlan(
  run: AbridgedRun,
  patch: NodePatch<AbridgedTask>,
  stateOf: (id: string) => TaskState,
): AbridgedRun | readonly GraphFinding[] {
  const { nodes, findings } = applyGraphPatch(run.nodes, patch, stateOf);
  if (findings.length > 0) return findings;
  try {
    const next = run.continueWith({ nodes });
    const late = findLateTasks(next, patch);
    return late.length > 0 ? late : next;
  } catch (error) {
    // Whatever is wrong with a change is an answer to whoever asked for it, never the end of the project.
    return [refuseForError(error)];
  }
}
