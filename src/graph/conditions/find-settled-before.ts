import { askInBatches, type Inherit, type UpstreamQuery } from '../structure/ask-in-batches.js';
import { inheritUpstream } from '../structure/find-upstream.js';
import type { GraphIndex } from '../structure/graph-index.js';
import type { TaskNode } from '../task-node.js';
import { TriggerRule } from '../trigger-rule.js';
import { neededFor } from './needed-for.js';

/** Bits of what can't happen: whatever follows from it is true. */
const ALL = -1;

/**
 * Answers for each query whether one of its sources is settled in every run by the time the task at its position starts. Upstream is not
 * enough for that: a task is settled at the first failure or skip that its trigger rule doesn't bear, while its other dependencies still run,
 * and what depends on it may start then. What a host settles by itself, before its turn, is left out.
 *
 * For each task it is known what is settled when it starts, when it is skipped and when it fails, as sets of bits; O((tasks + dependencies) ×
 * different lists of sources ÷ 32). Dependencies that name no task are passed over.
 *
 * @param order - All positions in topological order.
 */
export function findSettledBefore(
  nodes: readonly TaskNode[],
  index: GraphIndex,
  order: Int32Array,
  queries: readonly UpstreamQuery[],
): readonly boolean[] {
  return askInBatches(index.size, queries, inheritSettled(nodes, index, order));
}

/** Lets each position inherit the bits of all that are settled when it starts; see {@link findSettledBefore}. */
export function inheritSettled(nodes: readonly TaskNode[], index: GraphIndex, order: Int32Array): Inherit {
  // Where every task waits for success, whoever starts has seen everything upstream succeed.
  if (nodes.every(({ triggerRule = TriggerRule.ALL_SUCCESS }) => triggerRule === TriggerRule.ALL_SUCCESS)) return inheritUpstream(index, order);
  const { predecessors, predecessorStarts, size } = index;
  const required = requiredSuccesses(nodes, index, order);
  /** What is settled when the trigger rule lets a task start, when it has it skipped, and when it has it fail. */
  const [ready, skipped, stopped] = [new Int32Array(size), new Int32Array(size), new Int32Array(size)] as const;
  /** What a task settles at once with itself when it succeeds, is skipped, and fails. */
  const [successAlong, skipAlong, failureAlong] = [new Int32Array(size), new Int32Array(size), new Int32Array(size)] as const;
  const spread = (own: Int32Array) => {
    for (const along of [successAlong, skipAlong, failureAlong]) along.fill(0);
    for (let rank = order.length - 1; rank >= 0; rank -= 1) {
      const position = order[rank]!;
      const { triggerRule: rule = TriggerRule.ALL_SUCCESS } = nodes[position]!;
      const [start, end] = [predecessorStarts[position]!, predecessorStarts[position + 1]!];
      const asSkipped = own[position]! | skipAlong[position]!;
      const asFailed = own[position]! | failureAlong[position]!;
      for (let edge = start; edge < end; edge += 1) {
        const dependency = predecessors[edge]!;
        if (end - start === 1 && NEEDS_SUCCESS.has(rule)) {
          skipAlong[dependency]! |= asSkipped;
          failureAlong[dependency]! |= asFailed;
        } else if (rule === TriggerRule.ALL_SUCCESS) {
          // It may have been skipped before, or have failed.
          skipAlong[dependency]! |= asSkipped & asFailed;
          failureAlong[dependency]! |= asSkipped & asFailed;
        } else if (BEARS_NO_FAILURE.has(rule)) failureAlong[dependency]! |= asFailed;
        else if (rule === TriggerRule.ONE_FAILED && end - start === 1) {
          successAlong[dependency]! |= asSkipped;
          skipAlong[dependency]! |= asSkipped;
        }
      }
    }
  };
  return (own, started) => {
    spread(own);
    for (const position of order) {
      const [start, end] = [predecessorStarts[position]!, predecessorStarts[position + 1]!];
      const { triggerRule: rule = TriggerRule.ALL_SUCCESS } = nodes[position]!;
      const needed = required.get(position) ?? NONE;
      let [oneSucceeded, oneFailed, oneSkipped] = [ALL, ALL, ALL];
      /** Of those that may have failed where the condition holds. */
      let oneOtherFailed = ALL;
      let [allSucceeded, allSkipped, allEnded, noneFailed, noneSucceeded] = [0, 0, 0, 0, 0];
      for (let edge = start; edge < end; edge += 1) {
        const dependency = predecessors[edge]!;
        const bits = own[dependency]!;
        const success = bits | successAlong[dependency]! | started[dependency]!;
        const failure = bits | failureAlong[dependency]! | (started[dependency]! & stopped[dependency]!);
        const skip = bits | skipAlong[dependency]! | ((nodes[dependency]!.when === undefined ? ALL : ready[dependency]!) & skipped[dependency]!);
        oneSucceeded &= success;
        oneFailed &= failure;
        if (!needed.has(dependency)) oneOtherFailed &= failure;
        oneSkipped &= skip;
        allSucceeded |= success;
        allSkipped |= skip;
        allEnded |= success & failure & skip;
        noneFailed |= success & skip;
        noneSucceeded |= failure & skip;
      }
      const [whenReady, whenSkipped, whenStopped] = start === end ? [0, ALL, ALL] : decide();
      ready[position] = whenReady;
      skipped[position] = whenSkipped;
      stopped[position] = whenStopped;
      let bits = rule === TriggerRule.ONE_FAILED && needed.size > 0 ? oneOtherFailed : whenReady;
      for (const producer of needed) bits |= own[producer]! | started[producer]!;
      started[position] = bits;

      function decide(): readonly [ready: number, skipped: number, stopped: number] {
        switch (rule) {
          case TriggerRule.ALL_SUCCESS:
            return [allSucceeded, oneSkipped, oneFailed];
          case TriggerRule.ALL_DONE:
            return [allEnded, ALL, ALL];
          case TriggerRule.NONE_FAILED:
            return [noneFailed, ALL, oneFailed];
          case TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS:
            return [noneFailed, allSkipped, oneFailed];
          case TriggerRule.ONE_SUCCESS:
            return [oneSucceeded, allSkipped, noneSucceeded];
          case TriggerRule.ONE_FAILED:
            return [oneFailed, noneFailed, ALL];
          case TriggerRule.ALWAYS:
            return [0, ALL, ALL];
        }
      }
    }
  };
}

const NONE: ReadonlySet<number> = new Set();
/** Of a single dependency. */
const NEEDS_SUCCESS: ReadonlySet<TriggerRule> = new Set([TriggerRule.ALL_SUCCESS, TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS, TriggerRule.ONE_SUCCESS]);
const BEARS_NO_FAILURE: ReadonlySet<TriggerRule> = new Set([TriggerRule.NONE_FAILED, TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS]);

/** Earlier tasks whose outputs must be there for the condition of a task to hold: they have succeeded when it starts. */
function requiredSuccesses(nodes: readonly TaskNode[], { positions }: GraphIndex, order: Int32Array): ReadonlyMap<number, ReadonlySet<number>> {
  const required = new Map<number, ReadonlySet<number>>();
  const isEarlier = new Uint8Array(nodes.length);
  const find = (task: string) => {
    const producer = positions.get(task);
    return producer !== undefined && isEarlier[producer] === 1 ? producer : undefined;
  };
  for (const position of order) {
    const { when } = nodes[position]!;
    const producers = when === undefined ? NONE : neededFor(when, find);
    if (producers.size > 0) required.set(position, producers);
    isEarlier[position] = 1;
  }
  return required;
}
