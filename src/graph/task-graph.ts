import { graphError, requireKnown, requirePosition, showId } from './graph-error.js';
import { findCycles } from './structure/find-cycles.js';
import { type GraphIndex, indexGraph } from './structure/graph-index.js';
import { positionsOf, reach } from './structure/graph-walk.js';
import { remainingPaths } from './structure/remaining-paths.js';
import { type SortedGraph, sortGraph } from './structure/sort-graph.js';
import { reduceTransitively } from './structure/transitive-reduction.js';
import type { GraphNode, TaskNode } from './task-node.js';

/**
 * An immutable directed graph of tasks, or of anything else with an id and dependencies, in the order in which they were given.
 *
 * An edge points from a dependency to its dependent. Any string is an id. Cycles are allowed, for they can be looked for here: what needs an
 * order refuses them with `graph.cycle`. Every operation is iterative and deterministic, and settles ties by the order given. The nodes
 * themselves are kept, not copied: don't change them.
 *
 * @public
 */
export class TaskGraph<Node extends GraphNode = TaskNode> {
  /** In the order given. */
  readonly nodes: readonly Node[];
  readonly #index: GraphIndex;
  #sorted: SortedGraph | null = null;

  /**
   * @param nodes - Ids unique, dependencies known; a dependency named twice counts once.
   * @throws KamachiqError `graph.duplicate-id` or `graph.unknown-dependency`; `compileTaskGraph` finds all of them at once.
   */
  constructor(nodes: readonly Node[]) {
    this.nodes = [...nodes];
    this.#index = indexGraph(this.nodes);
    requireKnown(this.nodes, this.#index);
  }

  get size(): number {
    return this.nodes.length;
  }

  has(id: string): boolean {
    return this.#index.positions.has(id);
  }

  /** @throws KamachiqError `graph.unknown-task`, as every other operation that takes an id. */
  node(id: string): Node {
    return this.nodes[this.#position(id)]!;
  }

  /** What the task waits for, directly, each once, in the order in which the task names them. */
  predecessors(id: string): readonly string[] {
    const { predecessors, predecessorStarts } = this.#index;
    return this.#ids(positionsOf(this.#position(id), predecessors, predecessorStarts));
  }

  /** What waits for the task, directly. */
  successors(id: string): readonly string[] {
    const { successors, successorStarts } = this.#index;
    return this.#ids(positionsOf(this.#position(id), successors, successorStarts));
  }

  /** Everything the task waits for, nearest first; on a cycle, itself too. */
  ancestors(id: string): readonly string[] {
    const { predecessors, predecessorStarts } = this.#index;
    return this.#ids(reach(this.#position(id), predecessors, predecessorStarts));
  }

  /** Everything that waits for the task, nearest first; on a cycle, itself too. */
  descendants(id: string): readonly string[] {
    const { successors, successorStarts } = this.#index;
    return this.#ids(reach(this.#position(id), successors, successorStarts));
  }

  /** Tasks that wait for nothing. */
  sources(): readonly string[] {
    return this.#endsOf(this.#index.predecessorStarts);
  }

  /** Tasks that nothing waits for. */
  sinks(): readonly string[] {
    return this.#endsOf(this.#index.successorStarts);
  }

  isAcyclic(): boolean {
    return this.#sort().order.length === this.size;
  }

  /**
   * A shortest cycle of every strongly connected part of the graph, each as the ids along it in the direction of execution, the first
   * repeated at the end; empty for an acyclic graph.
   */
  findCycles(): readonly (readonly string[])[] {
    return this.isAcyclic() ? [] : findCycles(this.#index).map((cycle) => this.#ids(cycle));
  }

  /** Whether the graph would have a cycle through this edge, from a dependency to its dependent, if it had the edge. */
  willCreateCycle(dependency: string, dependent: string): boolean {
    const [from, to] = [this.#position(dependency), this.#position(dependent)];
    return from === to || reach(to, this.#index.successors, this.#index.successorStarts).includes(from);
  }

  /** Every dependency before its dependents; generation by generation, each in the order given. @throws KamachiqError `graph.cycle` */
  topologicalSort(): readonly string[] {
    return this.#ids(this.#order().order);
  }

  /** Tasks that could run side by side: each stands one generation after the latest of its dependencies. @throws KamachiqError `graph.cycle` */
  topologicalGenerations(): readonly (readonly string[])[] {
    const { order, generationStarts } = this.#order();
    return Array.from({ length: generationStarts.length - 1 }, (_, generation) =>
      this.#ids(order.subarray(generationStarts[generation]!, generationStarts[generation + 1]!)),
    );
  }

  /**
   * For each task the duration of the longest path from its start to the end of the graph, its own duration included: the priority of
   * critical-path scheduling.
   *
   * @param durationOf - At least 0; any unit.
   * @throws KamachiqError `graph.cycle`
   */
  remainingPaths(durationOf: (node: Node) => number): ReadonlyMap<string, number> {
    const remaining = remainingPaths(this.#index, this.#order().order, this.nodes.map(durationOf));
    return this.#byId(remaining);
  }

  /** The ids along a longest path, first to last; ties go to the task given first. Empty for an empty graph. @throws KamachiqError `graph.cycle` */
  criticalPath(durationOf: (node: Node) => number): readonly string[] {
    const { predecessorStarts, successors, successorStarts } = this.#index;
    const remaining = remainingPaths(this.#index, this.#order().order, this.nodes.map(durationOf));
    let next = -1;
    for (let position = 0; position < this.size; position += 1) {
      if (predecessorStarts[position] === predecessorStarts[position + 1] && (next < 0 || remaining[position]! > remaining[next]!)) next = position;
    }
    const path: string[] = [];
    while (next >= 0) {
      path.push(this.nodes[next]!.id);
      let longest = -1;
      for (let edge = successorStarts[next]!; edge < successorStarts[next + 1]!; edge += 1) {
        const successor = successors[edge]!;
        if (longest < 0 || remaining[successor]! > remaining[longest]!) longest = successor;
      }
      next = longest;
    }
    return path;
  }

  /**
   * For each task how much later than at its earliest it may finish without delaying the end of the whole: 0 on every critical path.
   *
   * @param durationOf - At least 0; any unit.
   * @throws KamachiqError `graph.cycle`
   */
  slack(durationOf: (node: Node) => number): ReadonlyMap<string, number> {
    const durations = this.nodes.map(durationOf);
    const { order } = this.#order();
    const { predecessors, predecessorStarts } = this.#index;
    const remaining = remainingPaths(this.#index, order, durations);
    const starts = new Float64Array(this.size);
    for (const position of order) {
      for (let edge = predecessorStarts[position]!; edge < predecessorStarts[position + 1]!; edge += 1) {
        const predecessor = predecessors[edge]!;
        starts[position] = Math.max(starts[position]!, starts[predecessor]! + durations[predecessor]!);
      }
    }
    let end = 0;
    for (const longest of remaining) end = Math.max(end, longest);
    return this.#byId(
      remaining.map((longest, position) => {
        const slack = end - longest - starts[position]!;
        // Sums of fractions in different orders differ in their last digits.
        return slack < end * ROUNDING ? 0 : slack;
      }),
    );
  }

  /**
   * The graph without the dependencies that follow from others; what waits for what stays the same. Its nodes are copies with fewer
   * dependencies. O(tasks × dependencies).
   *
   * @throws KamachiqError `graph.cycle`
   */
  transitiveReduction(): TaskGraph<Node> {
    const kept = reduceTransitively(this.#index, this.#order().order);
    return new TaskGraph(this.nodes.map((node, position) => ({ ...node, dependencies: this.#ids(kept[position]!) })));
  }

  #position(id: string): number {
    return requirePosition(this.#index, id);
  }

  #sort(): SortedGraph {
    this.#sorted ??= sortGraph(this.#index);
    return this.#sorted;
  }

  #order(): SortedGraph {
    const sorted = this.#sort();
    if (sorted.order.length === this.size) return sorted;
    const [cycle] = this.findCycles();
    throw graphError('graph.cycle', `Expected no cycle, got ${cycle!.map(showId).join(' → ')}.`);
  }

  #ids(positions: Int32Array | readonly number[]): readonly string[] {
    const ids = new Array<string>(positions.length);
    for (let index = 0; index < ids.length; index += 1) ids[index] = this.nodes[positions[index]!]!.id;
    return ids;
  }

  #endsOf(starts: Int32Array): readonly string[] {
    return this.nodes.filter((_, position) => starts[position] === starts[position + 1]).map(({ id }) => id);
  }

  #byId(values: Float64Array): ReadonlyMap<string, number> {
    return new Map(this.nodes.map(({ id }, position) => [id, values[position]!]));
  }
}

/** What sums of a million durations may differ by, as a share of them. */
const ROUNDING = 1e-12;
