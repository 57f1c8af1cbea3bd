import { findPathConflicts, type PathConflict } from '../graph/compile/find-path-conflicts.js';
import type { InputProblem } from './input-problem.js';
import type { OutlinedTask } from './outline-plan.js';
import { showText } from './show-input.js';

/**
 * Reports paths of a plan that can't both be written, each where the later task names it.
 *
 * @param tasks - Without a cycle; dependencies that name no task are passed over.
 * @internal
 */
export function findWriteConflicts(tasks: ReadonlyMap<string, OutlinedTask>): readonly InputProblem[] {
  const writers = [...tasks.values()].map(({ id, dependencies, writes }) => ({
    id,
    dependencies: dependencies.map(({ value }) => value),
    writes: writes.map(({ value }) => value),
  }));
  return findPathConflicts(writers).map((conflict) => {
    const { taskId, path } = conflict.second;
    const task = tasks.get(taskId)!;
    const { index } = task.writes.find(({ value }) => value === path)!;
    return { kind: 'write-conflict', path: [task.index, 'writes', index], expected: describeExpected(conflict), got: showText(path) };
  });
}

function describeExpected({ kind, first, second }: PathConflict): string {
  const other = `${showText(first.path)} of task ${showText(first.taskId)}`;
  switch (kind) {
    case 'unordered':
      return `a path of its own, or an order between ${showText(first.taskId)} and ${showText(second.taskId)}, which both write it`;
    case 'same-name':
      return `names that are those of ${other} or differ from them in more than case and Unicode form`;
    case 'file-and-folder':
      return `a path that agrees with ${other} on what is a file and what a folder`;
  }
}
