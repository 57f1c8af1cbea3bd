import { KamachiqError } from '../errors/kamachiq-error.js';
import type { GraphIndex } from './structure/graph-index.js';
import type { GraphNode } from './task-node.js';

const MESSAGE_CHARACTERS = 1_000;

/** An id as messages show it: quoted, escaped, and short. */
export const showId = (id: string): string => JSON.stringify(id.length > 80 ? `${id.slice(0, 80)}…` : id);

export const graphError = (code: string, message: string, remedy = 'Correct the plan; compileTaskGraph names everything that is wrong with it.') =>
  new KamachiqError({ code, message: message.slice(0, MESSAGE_CHARACTERS), remedy });

/** The position of a task. @throws KamachiqError `graph.unknown-task` */
export function requirePosition({ positions }: GraphIndex, id: string): number {
  const position = positions.get(id);
  if (position === undefined) throw graphError('graph.unknown-task', `Expected the id of a task, got ${showId(id)}.`, 'Name a task of the graph.');
  return position;
}

/** @throws KamachiqError `graph.duplicate-id` or `graph.unknown-dependency` */
export function requireKnown(nodes: readonly GraphNode[], { duplicates, unknown }: GraphIndex): void {
  const [repeated] = duplicates;
  if (repeated !== undefined) throw graphError('graph.duplicate-id', `Expected unique ids, got ${showId(nodes[repeated]!.id)} twice.`);
  const [missing] = unknown;
  if (missing === undefined) return;
  const message = `Task ${showId(nodes[missing.position]!.id)} depends on ${showId(missing.dependency)}, which is no task.`;
  throw graphError('graph.unknown-dependency', message);
}
