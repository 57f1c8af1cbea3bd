import { comparisonsOf } from '../graph/conditions/comparisons-of.js';
import type { TaskOutputs } from '../graph/output-type.js';
import type { TaskNode } from '../graph/task-node.js';
import type { TaskState } from '../graph/task-state.js';
import { describeCondition } from './describe-condition.js';

/** Beyond these nobody reads on. */
const MOST_VALUES = 10;
const CONDITION_CHARACTERS = 800;
const VALUE_CHARACTERS = 60;

/**
 * Why a task was skipped whose condition didn't hold, with the values that it was held against; null for any other. Example: `Its condition does
 * not hold: triage.severity = "high". triage.severity is "low".`
 *
 * @internal
 */
export function describeUnmetCondition(
  { node: { when }, state }: { readonly node: TaskNode; readonly state: TaskState },
  outputsOf: (taskId: string) => TaskOutputs | undefined,
): string | null {
  if (state !== 'skipped' || when === undefined) return null;
  const values = new Map<string, string>();
  for (const { task, output } of comparisonsOf(when)) {
    const handedOn = outputsOf(task);
    const isThere = handedOn !== undefined && Object.hasOwn(handedOn, output);
    values.set(`${task}.${output}`, isThere ? cut(JSON.stringify(handedOn[output]), VALUE_CHARACTERS) : 'not there');
    if (values.size === MOST_VALUES) break;
  }
  const seen = [...values].map(([name, value]) => ` ${name} is ${value}.`).join('');
  return `Its condition does not hold: ${cut(describeCondition(when), CONDITION_CHARACTERS)}.${seen}`;
}

const cut = (text: string, longest: number) => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text);
