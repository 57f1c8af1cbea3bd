import type { Comparison, Condition } from '../condition.js';

/** Every comparison in a condition, in the order written; without recursion. */
export function comparisonsOf(condition: Condition): readonly Comparison[] {
  const found: Comparison[] = [];
  const pending: Condition[] = [condition];
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if ('not' in part) pending.push(part.not);
    else if ('task' in part) found.push(part);
    // One by one: a call takes only so many arguments.
    else for (const inner of ('all' in part ? part.all : part.any).toReversed()) pending.push(inner);
  }
  return found;
}
