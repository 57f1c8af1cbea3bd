import { inputLimits } from './input-limits.js';
import { asList, asMapping, asTexts } from './lenient-access.js';

/** A task as far as it can be made out. @internal */
export interface OutlinedTask {
  readonly index: number;
  readonly id: string;
  /** With the index that each has in the input. */
  readonly dependencies: readonly { readonly value: string; readonly index: number }[];
  readonly writes: readonly { readonly value: string; readonly index: number }[];
}

/** @internal */
export interface OutlinedPlan {
  /** By their ids; of a repeated one the first. */
  readonly tasks: ReadonlyMap<string, OutlinedTask>;
  /** How many dependencies they have in all. */
  readonly dependencies: number;
  /** Whether a task may be skipped although nothing failed, or run although something did. */
  readonly hasBranches: boolean;
}

/** More edges than any plan needs would make the search for cycles slow. @internal */
export const mostDependencies = 20_000;

/** Takes anything; parts that aren't tasks are passed over, and so is a list of more tasks than the limit. @internal */
export function outlinePlan(tasks: unknown): OutlinedPlan {
  const list = asList(tasks);
  const outlined = new Map<string, OutlinedTask>();
  let count = 0;
  let hasBranches = false;
  for (const [index, task] of (list.length > inputLimits.tasks ? [] : list).entries()) {
    const { id, dependencies, writes, triggerRule, when } = asMapping(task);
    if (typeof id !== 'string' || outlined.has(id)) continue;
    const named = asTexts(dependencies);
    outlined.set(id, { index, id, dependencies: named, writes: asTexts(writes) });
    count += named.length;
    hasBranches ||= triggerRule !== undefined || when !== undefined;
  }
  return { tasks: outlined, dependencies: count, hasBranches };
}
