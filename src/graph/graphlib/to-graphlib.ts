import { graphError } from '../graph-error.js';
import type { TaskGraph } from '../task-graph.js';
import type { GraphNode } from '../task-node.js';
import type { GraphlibSource, GraphlibTarget } from './graphlib-graph.js';
import { graphlibName } from './graphlib-name.js';

/**
 * Fills a graph of `graphlib` 2 or `@dagrejs/graphlib` with the tasks: the label of a node is the task itself, an edge points from a
 * dependency to its dependent. Example: `toGraphlib(graph, new Graph())`.
 *
 * A node is named by its id, save for ids that graphlib would lose, reorder or mistake: these are written with a `~` before them, and
 * {@link fromGraphlib} reads them back. Look at labels for ids.
 *
 * @param target - Directed, and empty; any of its nodes that has the name of a task becomes that task.
 * @returns The target.
 * @throws KamachiqError `graph.not-directed`
 * @public
 */
export function toGraphlib<Node extends GraphNode, Target extends GraphlibTarget<Node>>(graph: TaskGraph<Node>, target: Target): Target {
  requireDirected(target);
  const nameOf = (id: string) => graphlibName(id, (other) => graph.has(other));
  for (const node of graph.nodes) target.setNode(nameOf(node.id), node);
  for (const { id } of graph.nodes) {
    const name = nameOf(id);
    for (const dependency of graph.predecessors(id)) target.setEdge(nameOf(dependency), name);
  }
  return target;
}

/** Where edges have no direction, nothing says what comes first. */
export function requireDirected(graph: Pick<GraphlibSource<unknown>, 'isDirected'>): void {
  if (graph.isDirected()) return;
  throw graphError(
    'graph.not-directed',
    'Expected a directed graphlib graph, got an undirected one.',
    'Make it with `new Graph({ directed: true })`.',
  );
}
