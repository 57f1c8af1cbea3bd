import type { GraphNode, TaskNode } from '../task-node.js';

/** A change of a plan that is being carried out. Tasks that have begun can't change; everything else can. Plain JSON. @public */
export interface NodePatch<Node extends GraphNode> {
  /** Tasks with new ids; they come after all others. */
  readonly add?: readonly Node[];
  /** Tasks that take the place of those with the same ids. */
  readonly replace?: readonly Node[];
  /** Ids of tasks that are not to be done; what depends on them must be replaced or dropped too. */
  readonly drop?: readonly string[];
}

/** As `NodePatch`, of whole tasks. @public */
export type GraphPatch = NodePatch<TaskNode>;
