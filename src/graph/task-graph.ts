import { KamachiqError } from '../errors/kamachiq-error.js';
import { findShortestCycle } from './find-shortest-cycle.js';
import type { TaskNode } from './task-node.js';
import { topologicalGenerations } from './topological-generations.js';

/**
 * An immutable task graph: which task needs which, in the order in which tasks were given.
 *
 * An edge points from a dependency to its dependent. Any string is an id. Every operation is iterative and deterministic.
 *
 * @public
 */
export class TaskGraph {
  readonly #nodes: ReadonlyMap<string, TaskNode>;
  readonly #predecessors: ReadonlyMap<string, readonly string[]>;
  readonly #successors: ReadonlyMap<string, readonly string[]>;
  readonly #order: readonly string[];

  /**
   * @param nodes - Ids unique, dependencies known, no cycle.
   * @throws KamachiqError `graph.duplicate-id`, `graph.unknown-dependency` or `graph.cycle`; `compileTaskGraph` finds all of them at once.
   */
  constructor(nodes: readonly TaskNode[]) {
    const byId = new Map<string, TaskNode>();
    for (const node of nodes) {
      if (byId.has(node.id)) throw invalid('graph.duplicate-id', `Expected unique ids, got ${JSON.stringify(node.id)} twice.`);
      byId.set(node.id, node);
    }
    const predecessors = new Map<string, readonly string[]>();
    const successors = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
    for (const { id, dependencies } of nodes) {
      const unique = [...new Set(dependencies)];
      predecessors.set(id, unique);
      for (const dependency of unique) {
        const dependents = successors.get(dependency);
        if (dependents === undefined) {
          throw invalid('graph.unknown-dependency', `Task ${JSON.stringify(id)} depends on ${JSON.stringify(dependency)}, which is no task.`);
        }
        dependents.push(id);
      }
    }
    const { generations, unordered } = topologicalGenerations(predecessors);
    if (unordered.length > 0) {
      throw invalid('graph.cycle', `Expected no cycle, got ${(findShortestCycle(predecessors) ?? []).join(' → ')}.`);
    }
    this.#nodes = byId;
    this.#predecessors = predecessors;
    this.#successors = successors;
    this.#order = generations.flat();
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** In the order given. */
  get nodes(): readonly TaskNode[] {
    return [...this.#nodes.values()];
  }

  has(id: string): boolean {
    return this.#nodes.has(id);
  }

  /** @throws KamachiqError `graph.unknown-task` */
  node(id: string): TaskNode {
    return this.#lookUp(this.#nodes, id);
  }

  /** What the task waits for, directly. */
  predecessors(id: string): readonly string[] {
    return this.#lookUp(this.#predecessors, id);
  }

  /** What waits for the task, directly. */
  successors(id: string): readonly string[] {
    return this.#lookUp(this.#successors, id);
  }

  /** Everything the task waits for, nearest first. */
  ancestors(id: string): readonly string[] {
    return this.#reach(id, this.#predecessors);
  }

  /** Everything that waits for the task, nearest first. */
  descendants(id: string): readonly string[] {
    return this.#reach(id, this.#successors);
  }

  /** Tasks that wait for nothing. */
  sources(): readonly string[] {
    return this.#order.filter((id) => this.predecessors(id).length === 0);
  }

  /** Tasks that nothing waits for. */
  sinks(): readonly string[] {
    return [...this.#nodes.keys()].filter((id) => this.successors(id).length === 0);
  }

  /** Every dependency before its dependents; generation by generation, each in the order given. */
  topologicalSort(): readonly string[] {
    return this.#order;
  }

  /**
   * For each task the duration of the longest path from its start to the end of the graph, its own duration included: the priority of
   * critical-path scheduling.
   *
   * @param durationOf - At least 0; any unit.
   */
  remainingPaths(durationOf: (node: TaskNode) => number): ReadonlyMap<string, number> {
    const remaining = new Map<string, number>();
    for (let index = this.#order.length - 1; index >= 0; index -= 1) {
      const id = this.#order[index]!;
      let longest = 0;
      for (const dependent of this.#successors.get(id)!) longest = Math.max(longest, remaining.get(dependent)!);
      remaining.set(id, longest + durationOf(this.#nodes.get(id)!));
    }
    return remaining;
  }

  /** The ids along a longest path, first to last; ties go to the task given first. Empty for an empty graph. */
  criticalPath(durationOf: (node: TaskNode) => number): readonly string[] {
    const remaining = this.remainingPaths(durationOf);
    const longestOf = (ids: readonly string[]) =>
      ids.reduce<string | undefined>((best, id) => (best === undefined || remaining.get(id)! > remaining.get(best)! ? id : best), undefined);
    const path: string[] = [];
    for (let id = longestOf(this.sources()); id !== undefined; id = longestOf(this.#successors.get(id)!)) path.push(id);
    return path;
  }

  #lookUp<Value>(map: ReadonlyMap<string, Value>, id: string): Value {
    const value = map.get(id);
    if (value === undefined) throw invalid('graph.unknown-task', `Expected the id of a task, got ${JSON.stringify(id)}.`);
    return value;
  }

  #reach(id: string, next: ReadonlyMap<string, readonly string[]>): readonly string[] {
    const reached = new Set<string>();
    let frontier = this.#lookUp(next, id);
    while (frontier.length > 0) {
      const following: string[] = [];
      for (const neighbour of frontier) {
        if (reached.has(neighbour)) continue;
        reached.add(neighbour);
        following.push(...next.get(neighbour)!);
      }
      frontier = following;
    }
    return [...reached];
  }
}

const invalid = (code: string, message: string) =>
  new KamachiqError({ code, message: message.slice(0, 1_000), remedy: 'Correct the plan; compileTaskGraph names everything that is wrong with it.' });
