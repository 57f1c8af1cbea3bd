import type { TaskGraphDocument } from '../graph/task-graph-document.js';
import type { AbridgedGraph } from './activity-types.js';

/** A plan without its tasks. */
export function limitsOf({ nodes: _, ...limits }: AbridgedGraph): Omit<TaskGraphDocument, 'nodes'> {
  return limits;
}
