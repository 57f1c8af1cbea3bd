import { findHandoverProblems } from './find-handover-problems.js';
import type { InputPath, InputProblem } from './input-problem.js';
import { asList, asMapping } from './lenient-access.js';
import { findNearestKey } from './nearest-key.js';
import { mostDependencies, type OutlinedTask, outlinePlan } from './outline-plan.js';
import { showCount, showText } from './show-input.js';

/** Comparing a name with every id takes time: what else was meant is looked for in small plans and for so many names. */
const mostSuggestions = 50;
const mostCandidates = 200;

/**
 * What keeps the tasks of a plan from being a graph: ids that repeat, references to nothing or to the task itself, names given twice. Takes
 * anything; parts that aren't tasks are passed over.
 *
 * @internal
 */
export function findReferenceProblems(tasks: unknown): readonly InputProblem[] {
  const plan = outlinePlan(tasks);
  const list = plan.tasks.size === 0 ? [] : asList(tasks);
  const problems: InputProblem[] = [];
  for (const [index, task] of list.entries()) {
    const { id } = asMapping(task);
    const earlier = typeof id === 'string' ? plan.tasks.get(id) : undefined;
    if (earlier === undefined || earlier.index === index) continue;
    const got = `${showText(earlier.id)}, the id of task ${earlier.index} too`;
    problems.push({ kind: 'duplicate', path: [index, 'id'], expected: 'an id of its own', got });
  }
  if (plan.dependencies > mostDependencies) {
    const expected = `at most ${showCount(mostDependencies)} dependencies in all`;
    return [...problems, { kind: 'too-large', path: [], expected, got: showCount(plan.dependencies) }];
  }
  const findUnknown = makeUnknownFinder([...plan.tasks.keys()]);
  for (const task of plan.tasks.values()) {
    problems.push(...findDependencyProblems(task, findUnknown), ...findHandoverProblems(list[task.index], [task.index], findUnknown));
  }
  return problems;
}

type UnknownFinder = (id: string, path: InputPath) => readonly InputProblem[];

function makeUnknownFinder(ids: readonly string[]): UnknownFinder {
  const known = new Set(ids);
  // No longer than an id may be: what else stands here was reported itself.
  const candidates = ids.length > mostCandidates ? [] : ids.filter((id) => id.length <= 100);
  let suggestions = 0;
  return (id, path) => {
    if (known.has(id)) return [];
    suggestions += 1;
    const nearest = suggestions > mostSuggestions ? null : findNearestKey(id, candidates);
    const expected = `the id of a task${nearest === null ? '' : `, perhaps ${showText(nearest)}`}`;
    return [{ kind: 'unknown-dependency', path, expected, got: showText(id) }];
  };
}

function findDependencyProblems(task: OutlinedTask, findUnknown: UnknownFinder): readonly InputProblem[] {
  const problems: InputProblem[] = [];
  const seen = new Set<string>();
  for (const { value, index } of task.dependencies) {
    const path = [task.index, 'dependencies', index];
    const unknown = findUnknown(value, path);
    if (value === task.id) problems.push({ kind: 'cycle', path, expected: 'another task', got: 'the task itself' });
    else if (unknown.length > 0) problems.push(...unknown);
    else if (seen.has(value)) problems.push({ kind: 'duplicate', path, expected: 'every dependency once', got: showText(value) });
    seen.add(value);
  }
  return problems;
}
