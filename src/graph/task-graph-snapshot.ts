import type { TaskGraph } from './task-graph.js';
import type { GraphNode, TaskNode } from './task-node.js';

/** A task graph as plain JSON, to be kept or sent; `new TaskGraph(snapshot.nodes)` is the graph again. @public */
export interface TaskGraphSnapshot<Node extends GraphNode = TaskNode> {
  /** Of this form; another one will have another number. */
  readonly formatVersion: 1;
  /** In the order of the graph, which settles every tie. */
  readonly nodes: readonly Node[];
}

/** The nodes themselves, not copies of them. What comes back from outside is for `parseTaskGraph` of `kamachiq/spec` to check. @public */
export const snapshotTaskGraph = <Node extends GraphNode>({ nodes }: TaskGraph<Node>): TaskGraphSnapshot<Node> => ({ formatVersion: 1, nodes });
