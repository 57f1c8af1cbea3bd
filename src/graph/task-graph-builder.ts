import { graphError, showId } from './graph-error.js';
import { TaskGraph } from './task-graph.js';
import type { GraphNode, TaskNode } from './task-node.js';

/**
 * Builds a graph step by step, tasks and dependencies in any order. Example:
 * `new TaskGraphBuilder().add(design).add(code).depend('code', 'design').build()`.
 *
 * @public
 */
export class TaskGraphBuilder<Node extends GraphNode = TaskNode> {
  readonly #nodes = new Map<string, Node>();
  readonly #dependencies = new Map<string, string[]>();

  /** @throws KamachiqError `graph.duplicate-id` */
  add(node: Node): this {
    if (this.#nodes.has(node.id))
      throw graphError('graph.duplicate-id', `Expected a new id, got ${showId(node.id)} again.`, 'Give every task an id.');
    this.#nodes.set(node.id, node);
    return this;
  }

  /** Makes a task wait for others besides those it names itself. Both may be added later. */
  depend(id: string, ...dependencies: readonly string[]): this {
    const known = this.#dependencies.get(id);
    if (known === undefined) this.#dependencies.set(id, [...dependencies]);
    else known.push(...dependencies);
    return this;
  }

  /** The graph so far; the builder may go on. @throws KamachiqError `graph.unknown-task`, `graph.unknown-dependency` */
  build(): TaskGraph<Node> {
    for (const id of this.#dependencies.keys()) {
      if (!this.#nodes.has(id)) throw graphError('graph.unknown-task', `Expected the id of a task, got ${showId(id)}.`, 'Add the task.');
    }
    const nodes = [...this.#nodes.values()].map((node) => {
      const more = this.#dependencies.get(node.id);
      return more === undefined ? node : { ...node, dependencies: [...new Set([...node.dependencies, ...more])] };
    });
    return new TaskGraph(nodes);
  }
}
