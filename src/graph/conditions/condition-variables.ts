import type { Comparison } from '../condition.js';
import type { OutputType } from '../output-type.js';
import type { GraphIndex } from '../structure/graph-index.js';
import type { TaskNode } from '../task-node.js';
import { DeclaredOutputs } from './declared-outputs.js';

/** An output that a condition looks at. */
export interface OutputVariable {
  readonly position: number;
  readonly output: string;
  readonly type: OutputType;
}

/** Finds the declared outputs that comparisons look at. */
export class ConditionVariables {
  readonly #index: GraphIndex;
  readonly #declared: DeclaredOutputs;
  /** What was found, by the position of its task and its name. */
  readonly #found = new Map<number, Map<string, OutputVariable>>();

  constructor(nodes: readonly TaskNode[], index: GraphIndex) {
    this.#index = index;
    this.#declared = new DeclaredOutputs(nodes);
  }

  /** @returns The same object for the same output; null where no task declares it, or it is declared with several types. */
  find({ task, output }: Comparison): OutputVariable | null {
    const position = this.#index.positions.get(task);
    if (position === undefined) return null;
    let found = this.#found.get(position);
    if (found === undefined) {
      found = new Map();
      this.#found.set(position, found);
    }
    const known = found.get(output);
    if (known !== undefined) return known;
    const type = this.#declared.typeOf(position, output);
    if (type === undefined || this.#declared.isUnclear(position, output)) return null;
    const variable = { position, output, type };
    found.set(output, variable);
    return variable;
  }
}
