import { type GeneratedNode, generateRandomGraph } from './task-graph-families.js';

const DEPENDENCIES = 3;
const SEED = 1;

/** The graph of a size that is measured. */
export const measuredGraph = (size: number): readonly GeneratedNode[] => asReceived(generateRandomGraph(size, DEPENDENCIES, SEED));

/** Strings as they come out of a plan that was read: those of a dependency are not those of the id. */
const asReceived = (nodes: readonly GeneratedNode[]): readonly GeneratedNode[] => JSON.parse(JSON.stringify(nodes));

/** Each task needs the one before. */
export const chain = (size: number): readonly GeneratedNode[] =>
  Array.from({ length: size }, (_, position) => ({ id: `task-${position}`, dependencies: position === 0 ? [] : [`task-${position - 1}`] }));

/** One task that all but the last depend on, and a last that depends on all of those. */
export function fan(size: number): readonly GeneratedNode[] {
  const between = Array.from({ length: size - 2 }, (_, position) => `task-${position + 1}`);
  return [{ id: 'first', dependencies: [] }, ...between.map((id) => ({ id, dependencies: ['first'] })), { id: 'last', dependencies: between }];
}
