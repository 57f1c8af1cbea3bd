/**
 * Finds a shortest cycle of a directed graph, or null for an acyclic one.
 *
 * O(tasks × dependencies) over the tasks that lie on or between cycles, without recursion: a breadth-first search from each of them.
 *
 * @param dependencies - For each task the ids it waits for; ids that are no key are passed over.
 * @returns The ids along the cycle in the direction of execution, the first repeated at the end.
 */
export function findShortestCycle(dependencies: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const candidates = withoutLooseEnds(dependencies);
  let shortest: readonly string[] | null = null;
  for (const start of candidates) {
    const cycle = shortestCycleThrough(start, dependencies, candidates, shortest === null ? Infinity : shortest.length - 1);
    if (cycle !== null) shortest = cycle;
    // Nothing is shorter than a task that waits for itself.
    if (shortest?.length === 2) break;
  }
  return shortest;
}

/** Removes, again and again, what waits for nothing that is left: what remains lies on a cycle or behind one. */
function withoutLooseEnds(dependencies: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const left = new Set(dependencies.keys());
  const waitingFor = new Map<string, number>();
  const dependents = new Map<string, string[]>();
  const free: string[] = [];
  for (const [id, needed] of dependencies) {
    const known = needed.filter((dependency) => dependencies.has(dependency));
    waitingFor.set(id, known.length);
    if (known.length === 0) free.push(id);
    for (const dependency of known) {
      const list = dependents.get(dependency);
      if (list === undefined) dependents.set(dependency, [id]);
      else list.push(id);
    }
  }
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    left.delete(id);
    for (const dependent of dependents.get(id) ?? []) {
      const count = waitingFor.get(dependent)! - 1;
      waitingFor.set(dependent, count);
      if (count === 0) free.push(dependent);
    }
  }
  return left;
}

function shortestCycleThrough(
  start: string,
  dependencies: ReadonlyMap<string, readonly string[]>,
  within: ReadonlySet<string>,
  longest: number,
): readonly string[] | null {
  const reachedFrom = new Map<string, string>();
  let frontier = [start];
  for (let length = 1; frontier.length > 0 && length < longest; length += 1) {
    const next: string[] = [];
    for (const id of frontier) {
      for (const dependency of dependencies.get(id)!) {
        if (dependency === start) {
          // Walked from dependent to dependency, so the way back to the start is the direction of execution.
          const cycle = [start];
          for (let step = id; step !== start; step = reachedFrom.get(step)!) cycle.push(step);
          return [...cycle, start];
        }
        if (!within.has(dependency) || reachedFrom.has(dependency)) continue;
        reachedFrom.set(dependency, id);
        next.push(dependency);
      }
    }
    frontier = next;
  }
  return null;
}
