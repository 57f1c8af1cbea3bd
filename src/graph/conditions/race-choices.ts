import type { GraphIndex } from '../structure/graph-index.js';
import { positionsOf, reach } from '../structure/graph-walk.js';
import type { TaskNode } from '../task-node.js';
import { TriggerRule } from '../trigger-rule.js';
import type { OutputChoice } from './condition-choices.js';
import { SureOutcomes } from './sure-outcomes.js';

/** Whether a task ends before all that it doesn't depend on. */
export interface RaceChoice {
  readonly mayHurry: number;
  readonly values: readonly [false, true];
  /** It, and all that it depends on. */
  readonly hurried: readonly number[];
}

/** Beyond, others end when they are estimated to. */
const RACE_LIMIT = 32;
/** Dependencies that are looked at to find what all of these depend on. */
const REACH_WORK = 400_000;
const WALK_WORK = 100_000;

/**
 * Tasks of which it matters when they end: a condition may be looked at before one of them has handed on what it compares, as with the rules
 * `one-success` and `one-failed`, and what decides then whether it is are the ends of these tasks and of what the other one depends on.
 *
 * @param isSettled - Whether it is known already how a task ended.
 */
export function raceChoices(
  nodes: readonly TaskNode[],
  index: GraphIndex,
  order: Int32Array,
  choices: readonly OutputChoice[],
  isSettled: (taskId: string) => boolean,
): readonly RaceChoice[] {
  const { predecessors, predecessorStarts } = index;
  const sure = new SureOutcomes(nodes, index, order, WALK_WORK);
  const limit = Math.min(RACE_LIMIT, Math.floor(REACH_WORK / (predecessors.length + 1)));
  const racing = new Set<number>();
  const enter = (position: number) => {
    if (!isSettled(nodes[position]!.id) && racing.size < limit) racing.add(position);
  };
  for (const { variable, readers } of choices) {
    for (const reader of readers) {
      if (racing.size >= limit) break;
      const dependencies = positionsOf(reader, predecessors, predecessorStarts);
      const startsAtOnce = dependencies.length === 0 || nodes[reader]!.triggerRule === TriggerRule.ALWAYS;
      if (startsAtOnce || sure.before(reader, variable.position) !== 'open') continue;
      enter(variable.position);
      for (const dependency of dependencies) enter(dependency);
    }
  }
  return [...racing].map((mayHurry) => ({
    mayHurry,
    values: [false, true],
    hurried: [mayHurry, ...reach(mayHurry, predecessors, predecessorStarts)],
  }));
}
