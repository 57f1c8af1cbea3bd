import { graphError, showId } from '../graph-error.js';
import { TaskGraph } from '../task-graph.js';
import type { GraphNode } from '../task-node.js';
import type { GraphlibSource } from './graphlib-graph.js';
import { idOfGraphlibName } from './graphlib-name.js';
import { requireDirected } from './to-graphlib.js';

/**
 * Reads back a graph that {@link toGraphlib} filled: labels are nodes. What was done to the edges since is taken over into their
 * dependencies; a node whose edges are as they were is the label itself.
 *
 * @throws KamachiqError `graph.not-directed`; `graph.foreign-label` for a label that is no node of that name
 * @public
 */
export function fromGraphlib<Node extends GraphNode>(source: GraphlibSource<Node>): TaskGraph<Node>;
/**
 * Makes a graph of a host's own graph of `graphlib` 2 or `@dagrejs/graphlib`, in the order of its nodes. An edge must point from a dependency
 * to its dependent; a second edge between the same two, and parents in a compound graph, say nothing.
 *
 * @param makeNode - Makes a node of a name as it stands, its label, and the names it depends on.
 * @throws KamachiqError `graph.not-directed`, and what `TaskGraph` throws
 * @public
 */
export function fromGraphlib<Label, Node extends GraphNode>(
  source: GraphlibSource<Label>,
  makeNode: (name: string, label: Label, dependencies: readonly string[]) => Node,
): TaskGraph<Node>;
export function fromGraphlib<Label>(
  source: GraphlibSource<Label>,
  makeNode?: (name: string, label: Label, dependencies: readonly string[]) => GraphNode,
): TaskGraph<GraphNode> {
  requireDirected(source);
  return new TaskGraph(
    source.nodes().map((name) => {
      const dependencies = source.predecessors(name) ?? [];
      if (makeNode !== undefined) return makeNode(name, source.node(name), dependencies);
      return withDependencies(requireNode(source.node(name), idOfGraphlibName(name)), dependencies.map(idOfGraphlibName));
    }),
  );
}

function requireNode(label: unknown, id: string): GraphNode {
  const node = label as Partial<GraphNode> | null | undefined;
  if (typeof node === 'object' && node !== null && node.id === id && Array.isArray(node.dependencies)) return node as GraphNode;
  const remedy = 'Pass a second argument that makes a node of a name, its label and its dependencies.';
  throw graphError('graph.foreign-label', `Expected a node ${showId(id)} as the label of that name, got something else.`, remedy);
}

function withDependencies(node: GraphNode, dependencies: readonly string[]): GraphNode {
  const known = [...new Set(node.dependencies)];
  const same = known.length === dependencies.length && known.every((dependency, index) => dependency === dependencies[index]);
  return same ? node : { ...node, dependencies };
}
