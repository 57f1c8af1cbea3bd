import { topologicalGenerations } from '../graph/topological-generations.js';
import type { OutlinedTask } from './find-plan-problems.js';
import type { InputProblem } from './input-problem.js';
import { showText } from './show-input.js';

/**
 * Reports paths that two tasks write though neither waits for the other. Paths that differ only in case are the same: some systems think so.
 *
 * @param tasks - Without a cycle; dependencies that name no task are passed over.
 * @internal
 */
export function findWriteConflicts(tasks: ReadonlyMap<string, OutlinedTask>): readonly InputProblem[] {
  const dependencies = new Map(
    [...tasks].map(([id, task]) => [id, task.dependencies.map(({ value }) => value).filter((value) => tasks.has(value) && value !== id)]),
  );
  const order = topologicalGenerations(dependencies).generations.flat();
  const ancestors = findAncestors(order, dependencies);
  const position = new Map(order.map((id, index) => [id, index]));

  const lastWriter = new Map<string, string>();
  const problems: InputProblem[] = [];
  for (const id of order) {
    const task = tasks.get(id)!;
    const own = new Set<string>();
    for (const { value, index } of task.writes) {
      const path = value.normalize('NFC').toLowerCase();
      if (own.has(path)) continue;
      own.add(path);
      const earlier = lastWriter.get(path);
      lastWriter.set(path, id);
      // In topological order it is enough to compare neighbours: a chain of waits orders all of them.
      if (earlier === undefined || has(ancestors.get(id)!, position.get(earlier)!)) continue;
      const expected = `a path of its own, or an order between ${showText(earlier)} and ${showText(id)}, which both write it`;
      problems.push({ kind: 'write-conflict', path: [task.index, 'writes', index], expected, got: showText(value) });
    }
  }
  return problems;
}

/** One bit for each position in the order; O(dependencies × tasks ÷ 32). */
function findAncestors(order: readonly string[], dependencies: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, Uint32Array> {
  const ancestors = new Map<string, Uint32Array>();
  const position = new Map(order.map((id, index) => [id, index]));
  for (const id of order) {
    const bits = new Uint32Array(Math.ceil(order.length / 32));
    for (const dependency of dependencies.get(id)!) {
      const at = position.get(dependency)!;
      bits[at >> 5]! |= 1 << (at & 31);
      for (const [word, inherited] of ancestors.get(dependency)!.entries()) bits[word]! |= inherited;
    }
    ancestors.set(id, bits);
  }
  return ancestors;
}

function has(bits: Uint32Array, at: number): boolean {
  return (bits[at >> 5]! & (1 << (at & 31))) !== 0;
}
