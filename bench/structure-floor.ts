import type { GeneratedNode } from './task-graph-families.js';

/**
 * The least that has to be done to sort tasks named by strings: one map from id to position, the dependents of each in typed arrays, and Kahn's
 * algorithm. Ids in, ids out.
 *
 * @throws Error for ids that are there twice, unknown dependencies and cycles.
 */
export function sortOnTheFloor(nodes: readonly GeneratedNode[]): readonly string[] {
  const size = nodes.length;
  const positions = new Map<string, number>();
  let edges = 0;
  for (let position = 0; position < size; position += 1) {
    positions.set(nodes[position]!.id, position);
    edges += nodes[position]!.dependencies.length;
  }
  if (positions.size !== size) throw new Error('Expected unique ids.');

  const needed = new Int32Array(edges);
  const waitingFor = new Int32Array(size);
  const starts = new Int32Array(size + 1);
  let edge = 0;
  for (let position = 0; position < size; position += 1) {
    const { dependencies } = nodes[position]!;
    waitingFor[position] = dependencies.length;
    for (let index = 0; index < dependencies.length; index += 1) {
      const found = positions.get(dependencies[index]!);
      if (found === undefined) throw new Error('Expected known dependencies.');
      needed[edge] = found;
      edge += 1;
      starts[found + 1]! += 1;
    }
  }
  for (let position = 0; position < size; position += 1) starts[position + 1]! += starts[position]!;
  const dependents = new Int32Array(edges);
  const next = starts.slice();
  edge = 0;
  for (let position = 0; position < size; position += 1) {
    for (let left = waitingFor[position]!; left > 0; left -= 1) {
      const dependency = needed[edge]!;
      edge += 1;
      dependents[next[dependency]!] = position;
      next[dependency]! += 1;
    }
  }

  const queue = new Int32Array(size);
  let queued = 0;
  for (let position = 0; position < size; position += 1) {
    if (waitingFor[position] !== 0) continue;
    queue[queued] = position;
    queued += 1;
  }
  for (let taken = 0; taken < queued; taken += 1) {
    const position = queue[taken]!;
    for (let at = starts[position]!; at < starts[position + 1]!; at += 1) {
      const dependent = dependents[at]!;
      waitingFor[dependent]! -= 1;
      if (waitingFor[dependent] !== 0) continue;
      queue[queued] = dependent;
      queued += 1;
    }
  }
  if (queued !== size) throw new Error('Expected no cycle.');
  const ids = new Array<string>(size);
  for (let taken = 0; taken < size; taken += 1) ids[taken] = nodes[queue[taken]!]!.id;
  return ids;
}
