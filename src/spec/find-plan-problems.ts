import { findShortestCycle } from '../graph/find-shortest-cycle.js';
import { findWriteConflicts } from './find-write-conflicts.js';
import { inputLimits } from './input-limits.js';
import type { InputProblem } from './input-problem.js';
import { asList, asMapping, asTexts } from './lenient-access.js';
import { findNearestKey } from './nearest-key.js';
import { showCount, showText } from './show-input.js';

/** A task as far as it can be made out. @internal */
export interface OutlinedTask {
  readonly index: number;
  readonly id: string;
  /** With the index that each has in the input. */
  readonly dependencies: readonly { readonly value: string; readonly index: number }[];
  readonly writes: readonly { readonly value: string; readonly index: number }[];
}

/** More edges than any plan needs would make the search for cycles slow. */
const mostDependencies = 20_000;

/**
 * What is wrong between the tasks of a plan: ids that repeat, dependencies on nothing or on itself, a cycle (a shortest one), paths that can't
 * both be written. Takes anything; parts that aren't tasks are passed over.
 *
 * @internal
 */
export function findPlanProblems(tasks: unknown): readonly InputProblem[] {
  const list = asList(tasks);
  if (list.length > inputLimits.tasks) return [];
  const problems: InputProblem[] = [];
  const outlined = new Map<string, OutlinedTask>();
  for (const [index, task] of list.entries()) {
    const { id, dependencies, writes } = asMapping(task);
    const path = [index, 'id'];
    if (typeof id !== 'string') continue;
    const earlier = outlined.get(id);
    if (earlier === undefined) outlined.set(id, { index, id, dependencies: asTexts(dependencies), writes: asTexts(writes) });
    else problems.push({ kind: 'duplicate', path, expected: 'an id of its own', got: `${showText(id)}, the id of task ${earlier.index} too` });
  }
  const count = [...outlined.values()].reduce((sum, { dependencies }) => sum + dependencies.length, 0);
  if (count > mostDependencies) {
    const expected = `at most ${showCount(mostDependencies)} dependencies in all`;
    return [...problems, { kind: 'too-large', path: [], expected, got: showCount(count) }];
  }
  for (const task of outlined.values()) problems.push(...findDependencyProblems(task, outlined), ...findRepeatedWrites(task));
  const cycle = findCycleProblem(outlined);
  // Without an order there is nothing to say about who writes first.
  return cycle === null ? [...problems, ...findWriteConflicts(outlined)] : [...problems, cycle];
}

function findDependencyProblems(task: OutlinedTask, tasks: ReadonlyMap<string, OutlinedTask>): readonly InputProblem[] {
  const problems: InputProblem[] = [];
  const seen = new Set<string>();
  for (const { value, index } of task.dependencies) {
    const path = [task.index, 'dependencies', index];
    const got = showText(value);
    if (value === task.id) problems.push({ kind: 'cycle', path, expected: 'another task', got: 'the task itself' });
    else if (!tasks.has(value)) {
      const nearest = tasks.size <= 200 ? findNearestKey(value, [...tasks.keys()]) : null;
      const expected = `the id of a task${nearest === null ? '' : `, perhaps ${showText(nearest)}`}`;
      problems.push({ kind: 'unknown-dependency', path, expected, got });
    } else if (seen.has(value)) problems.push({ kind: 'duplicate', path, expected: 'every dependency once', got });
    seen.add(value);
  }
  return problems;
}

function findRepeatedWrites({ index: task, writes }: OutlinedTask): readonly InputProblem[] {
  const seen = new Set<string>();
  const repeated = writes.filter(({ value }) => {
    const known = seen.has(value);
    seen.add(value);
    return known;
  });
  return repeated.map(({ value, index }) => ({
    kind: 'duplicate',
    path: [task, 'writes', index],
    expected: 'every path once',
    got: showText(value),
  }));
}

function findCycleProblem(tasks: ReadonlyMap<string, OutlinedTask>): InputProblem | null {
  const cycle = findShortestCycle(
    new Map([...tasks.values()].map(({ id, dependencies }) => [id, dependencies.map(({ value }) => value).filter((value) => value !== id)])),
  );
  if (cycle === null) return null;
  // The cycle runs in the direction of execution: its last step is the one that its first task waits for.
  const first = tasks.get(cycle[0]!)!;
  const closing = first.dependencies.find(({ value }) => value === cycle.at(-2))!;
  const expected = 'tasks that don’t wait for each other';
  return { kind: 'cycle', path: [first.index, 'dependencies', closing.index], expected, got: cycle.join(' → ') };
}
