import type { Condition } from '../condition.js';

const NONE: ReadonlySet<number> = new Set();

/**
 * Tasks of which something must be there for a condition to hold, in whatever way it does. As deep as the condition nests.
 *
 * @param find - The position of the task of a comparison; none where nothing is to be said of it.
 */
export function neededFor(condition: Condition, find: (task: string) => number | undefined): ReadonlySet<number> {
  const needed = (part: Condition, holds: boolean): ReadonlySet<number> => {
    if ('not' in part) return needed(part.not, !holds);
    if ('task' in part) {
      const position = holds ? find(part.task) : undefined;
      return position === undefined ? NONE : new Set([position]);
    }
    const [parts, together] = 'all' in part ? [part.all, holds] : [part.any, !holds];
    let both: Set<number> | null = null;
    for (const inner of parts) {
      const some = needed(inner, holds);
      if (both === null) both = new Set(some);
      else if (together) for (const position of some) both.add(position);
      else for (const position of both) if (!some.has(position)) both.delete(position);
    }
    return both ?? NONE;
  };
  return needed(condition, true);
}
