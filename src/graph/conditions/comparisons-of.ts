import type { Comparison, Condition } from '../condition.js';

/** Every comparison in a condition, in the order written; without recursion. */
export function comparisonsOf(condition: Condition): readonly Comparison[] {
  const found: Comparison[] = [];
  const pending: Condition[] = [condition];
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if ('all' in part) pending.push(...part.all.toReversed());
    else if ('any' in part) pending.push(...part.any.toReversed());
    else if ('not' in part) pending.push(part.not);
    else found.push(part);
  }
  return found;
}
