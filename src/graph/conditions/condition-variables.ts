import type { Comparison } from '../condition.js';
import type { OutputType } from '../output-type.js';
import type { GraphIndex } from '../structure/graph-index.js';
import type { TaskNode } from '../task-node.js';

/** An output that a condition looks at. */
export interface OutputVariable {
  readonly position: number;
  readonly output: string;
  readonly type: OutputType;
}

/** Finds the declared outputs that comparisons look at. */
export class ConditionVariables {
  readonly #nodes: readonly TaskNode[];
  readonly #index: GraphIndex;
  /** What was found, by the position of its task. */
  readonly #found = new Map<number, OutputVariable[]>();

  constructor(nodes: readonly TaskNode[], index: GraphIndex) {
    this.#nodes = nodes;
    this.#index = index;
  }

  /** @returns The same object for the same output; null where no task declares it, or it is declared with several types. */
  find({ task, output }: Comparison): OutputVariable | null {
    const position = this.#index.positions.get(task);
    if (position === undefined) return null;
    let found = this.#found.get(position);
    if (found === undefined) {
      found = [];
      this.#found.set(position, found);
    }
    const known = found.find((variable) => variable.output === output);
    if (known !== undefined) return known;
    const { outputs = [] } = this.#nodes[position]!;
    const type = outputs.find(({ name }) => name === output)?.type;
    if (type === undefined || outputs.some((other) => other.name === output && other.type !== type)) return null;
    const variable = { position, output, type };
    found.push(variable);
    return variable;
  }
}
