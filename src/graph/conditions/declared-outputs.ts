import type { OutputDeclaration, OutputType } from '../output-type.js';
import type { TaskNode } from '../task-node.js';

/** Tasks with more outputs than this have a map of them made. */
const FEW = 16;
const NONE: readonly OutputDeclaration[] = [];

/** Looks up the outputs that tasks declare. */
export class DeclaredOutputs {
  readonly #nodes: readonly TaskNode[];
  /** By the position of a task with many outputs: its declarations by name. */
  readonly #byName = new Map<number, ReadonlyMap<string, readonly OutputDeclaration[]>>();

  constructor(nodes: readonly TaskNode[]) {
    this.#nodes = nodes;
  }

  /** The type of an output as it is first declared; undefined where it isn't. */
  typeOf(position: number, name: string): OutputType | undefined {
    return this.#named(position, name).find((declaration) => declaration.name === name)?.type;
  }

  /** Whether an output is declared with several types, so that it isn't known what it is of. */
  isUnclear(position: number, name: string): boolean {
    const type = this.typeOf(position, name);
    return this.#named(position, name).some((declaration) => declaration.name === name && declaration.type !== type);
  }

  /** Declarations among which all of that name are. */
  #named(position: number, name: string): readonly OutputDeclaration[] {
    const { outputs = NONE } = this.#nodes[position]!;
    if (outputs.length <= FEW) return outputs;
    let byName = this.#byName.get(position);
    if (byName === undefined) {
      byName = Map.groupBy(outputs, (declaration) => declaration.name);
      this.#byName.set(position, byName);
    }
    return byName.get(name) ?? NONE;
  }
}
