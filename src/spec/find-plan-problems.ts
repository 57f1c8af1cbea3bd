import { findCycles } from '../graph/structure/find-cycles.js';
import { indexGraph } from '../graph/structure/graph-index.js';
import { findReferenceProblems } from './find-reference-problems.js';
import { findWriteConflicts } from './find-write-conflicts.js';
import type { InputProblem } from './input-problem.js';
import { mostDependencies, type OutlinedTask, outlinePlan } from './outline-plan.js';

/**
 * What is wrong between the tasks of a plan: what `findReferenceProblems` finds, cycles (a shortest one of each tangle), paths that can't both be
 * written. Takes anything; parts that aren't tasks are passed over.
 *
 * @internal
 */
export function findPlanProblems(tasks: unknown): readonly InputProblem[] {
  const problems = findReferenceProblems(tasks);
  const plan = outlinePlan(tasks);
  if (plan.dependencies > mostDependencies) return problems;
  const cycles = findCycleProblems([...plan.tasks.values()]);
  if (cycles.length > 0) return [...problems, ...cycles];
  // Branches of which only one is taken may write one path: which tasks run side by side is for the compiler to tell then.
  return plan.hasBranches ? problems : [...problems, ...findWriteConflicts(plan.tasks)];
}

function findCycleProblems(tasks: readonly OutlinedTask[]): readonly InputProblem[] {
  // Who waits for itself was told already.
  const waits = tasks.map(({ id, dependencies }) => ({ id, dependencies: dependencies.map(({ value }) => value).filter((value) => value !== id) }));
  return findCycles(indexGraph(waits)).map((cycle) => {
    // It runs in the direction of execution: its last step is the one that its first task waits for.
    const first = tasks[cycle[0]!]!;
    const ids = cycle.map((position) => tasks[position]!.id);
    const closing = first.dependencies.find(({ value }) => value === ids.at(-2))!;
    const path = [first.index, 'dependencies', closing.index];
    return { kind: 'cycle', path, expected: 'tasks that don’t wait for each other', got: ids.join(' → ') };
  });
}
