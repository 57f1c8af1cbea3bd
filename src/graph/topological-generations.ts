/**
 * Splits a graph into generations: each task stands one generation after the latest of its dependencies, so that tasks of one generation
 * can run side by side. Within a generation, tasks keep the order in which they were inserted.
 *
 * O(tasks + dependencies) time and memory, without recursion (Kahn 1962).
 *
 * @param dependencies - For each task, in order of insertion, the ids of what it waits for; every id named must be a key.
 * @returns The generations, first to last, and what is left: the tasks on a cycle or behind one (empty for an acyclic graph).
 *
 * @public
 */
export function topologicalGenerations(dependencies: ReadonlyMap<string, readonly string[]>): {
  readonly generations: readonly (readonly string[])[];
  readonly unordered: readonly string[];
} {
  const dependents = new Map<string, string[]>();
  const waitingFor = new Map<string, number>();
  for (const id of dependencies.keys()) dependents.set(id, []);
  for (const [id, needed] of dependencies) {
    waitingFor.set(id, needed.length);
    for (const dependency of needed) dependents.get(dependency)!.push(id);
  }

  const position = new Map([...dependencies.keys()].map((id, index) => [id, index]));
  const byInsertion = (a: string, b: string) => position.get(a)! - position.get(b)!;

  const generations: string[][] = [];
  let current = [...dependencies.keys()].filter((id) => waitingFor.get(id) === 0);
  while (current.length > 0) {
    generations.push(current);
    const next: string[] = [];
    for (const id of current) {
      waitingFor.delete(id);
      for (const dependent of dependents.get(id)!) {
        const left = waitingFor.get(dependent)! - 1;
        waitingFor.set(dependent, left);
        if (left === 0) next.push(dependent);
      }
    }
    // Dependents come out in the order of their dependencies, not their own: restore insertion order, or equal graphs would run differently.
    current = next.sort(byInsertion);
  }
  return { generations, unordered: [...waitingFor.keys()] };
}
