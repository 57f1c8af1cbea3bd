import type { GeneratedNode } from './task-graph-families.js';

/**
 * The least that has to be done to say what became ready: one map from id to position, how many dependencies each task still waits for, the
 * dependents of each in typed arrays, and priorities worked out beforehand. Ids in, ids out; no state is kept and nothing is checked.
 */
export class IncrementalFloor {
  readonly #nodes: readonly GeneratedNode[];
  readonly #positions = new Map<string, number>();
  readonly #waitingFor: Int32Array;
  readonly #starts: Int32Array;
  readonly #dependents: Int32Array;
  readonly #priorities: Float64Array;

  /** @param nodes - Acyclic, and each after all it depends on. */
  constructor(nodes: readonly GeneratedNode[], durationOf: (node: GeneratedNode) => number) {
    const size = nodes.length;
    this.#nodes = nodes;
    this.#waitingFor = new Int32Array(size);
    this.#starts = new Int32Array(size + 1);
    this.#priorities = new Float64Array(size);
    for (const [position, { id, dependencies }] of nodes.entries()) {
      this.#positions.set(id, position);
      this.#waitingFor[position] = dependencies.length;
      for (const dependency of dependencies) this.#starts[this.#positions.get(dependency)! + 1]! += 1;
    }
    for (let position = 0; position < size; position += 1) this.#starts[position + 1]! += this.#starts[position]!;
    this.#dependents = new Int32Array(this.#starts[size]!);
    const next = this.#starts.slice();
    for (const [position, { dependencies }] of nodes.entries()) {
      for (const dependency of dependencies) {
        const found = this.#positions.get(dependency)!;
        this.#dependents[next[found]!] = position;
        next[found]! += 1;
      }
    }
    for (let position = size - 1; position >= 0; position -= 1) {
      let longest = 0;
      for (let at = this.#starts[position]!; at < this.#starts[position + 1]!; at += 1) {
        longest = Math.max(longest, this.#priorities[this.#dependents[at]!]!);
      }
      this.#priorities[position] = longest + durationOf(nodes[position]!);
    }
  }

  /** What waits for nothing, most urgent first. */
  ready(): readonly string[] {
    return this.#answer([...this.#waitingFor.keys()].filter((position) => this.#waitingFor[position] === 0));
  }

  /** @returns What became ready, most urgent first. */
  finish(id: string): readonly string[] {
    const position = this.#positions.get(id)!;
    const ready: number[] = [];
    const end = this.#starts[position + 1]!;
    for (let at = this.#starts[position]!; at < end; at += 1) {
      const dependent = this.#dependents[at]!;
      const left = this.#waitingFor[dependent]! - 1;
      this.#waitingFor[dependent] = left;
      if (left === 0) ready.push(dependent);
    }
    return this.#answer(ready);
  }

  #answer(positions: number[]): readonly string[] {
    if (positions.length > 1) positions.sort((a, b) => this.#priorities[b]! - this.#priorities[a]! || a - b);
    const ids = new Array<string>(positions.length);
    for (let index = 0; index < ids.length; index += 1) ids[index] = this.#nodes[positions[index]!]!.id;
    return ids;
  }
}
