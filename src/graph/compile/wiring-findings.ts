import { findPathProblem } from '../../ports/project-path.js';
import type { ComparedValue, Comparison } from '../condition.js';
import { showId } from '../graph-error.js';
import { finding, type GraphFinding } from '../graph-finding.js';
import { type InputBinding, OutputType } from '../output-type.js';
import { findUpstream, type UpstreamQuery } from '../structure/find-upstream.js';
import type { GraphIndex } from '../structure/graph-index.js';
import type { TaskNode } from '../task-node.js';
import { comparisonsOf } from './comparisons-of.js';

/**
 * What tasks take that nothing hands to them: files that nothing upstream writes, values of tasks that aren't upstream, outputs that nobody
 * declares, and values of a type that isn't expected. Paths that lead out of the project are wrong by themselves.
 *
 * @param order - All positions in topological order.
 */
export function wiringFindings(nodes: readonly TaskNode[], index: GraphIndex, order: Int32Array): readonly GraphFinding[] {
  const wiring = new Wiring(nodes, index);
  for (const [position, { reads, inputs, inputsFrom, when }] of nodes.entries()) {
    if (reads !== undefined) for (const path of new Set(reads)) if (findPathProblem(path) === null) wiring.reads(position, path);
    if (inputsFrom !== undefined) {
      const given = new Set(Object.keys(inputs));
      for (const binding of inputsFrom) {
        if (given.has(binding.input)) wiring.givenTwice(position, binding.input);
        given.add(binding.input);
        wiring.takes(position, binding);
      }
    }
    if (when !== undefined) for (const comparison of comparisonsOf(when)) wiring.takes(position, comparison);
  }
  return wiring.findings(order);
}

/** A value that a task takes, for its inputs or for its condition. */
type Taking = InputBinding | Comparison;

const describeTaking = (taking: Taking) => {
  const verb = 'input' in taking ? `takes ${showId(taking.input)} from` : 'has a condition on';
  return `${verb} ${showId(taking.output)} of ${showId(taking.task)}`;
};

/** Says what is wrong with a type that is handed on, or null where it fits. */
function findMismatch(taking: Taking, handedOn: OutputType): string | null {
  if ('input' in taking) {
    const { input, type } = taking;
    return type === undefined || fits(handedOn, type) ? null : `expects ${showId(input)} to be of the type ${type}`;
  }
  const { operator, value } = taking;
  const values: readonly ComparedValue[] = typeof value === 'object' ? value : [value];
  const wrong = values.find((each) => !canEqual(handedOn, each));
  if (wrong !== undefined) return `compares it with ${typeof wrong === 'string' ? showId(wrong) : wrong}`;
  const ordered = operator !== 'equals' && operator !== 'not-equals' && operator !== 'one-of';
  return ordered && !fits(handedOn, OutputType.NUMBER) ? `looks whether it is ${operator}` : null;
}

const fits = (handedOn: OutputType, expected: OutputType) =>
  handedOn === expected || (handedOn === OutputType.INTEGER && expected === OutputType.NUMBER);

function canEqual(handedOn: OutputType, value: ComparedValue): boolean {
  if (typeof value !== 'number') return typeof value === handedOn;
  // An integer may be compared with a bound between two of its values, but it never equals one: what is asked is decided where conditions are.
  return handedOn === OutputType.NUMBER || handedOn === OutputType.INTEGER;
}

const SUGGESTIONS = {
  'graph.missing-input': 'Let the task depend on the one that hands it on, or take a value from upstream.',
  'graph.undeclared-output': 'Declare the output, or name one that is declared.',
  'graph.type-mismatch': 'Use one type on both sides.',
} as const;

/** Collects what tasks take; answers when all is known, so that the search upstream is made once for all. */
class Wiring {
  readonly #nodes: readonly TaskNode[];
  readonly #index: GraphIndex;
  readonly #found: { readonly position: number; readonly finding: GraphFinding }[] = [];
  readonly #queries: UpstreamQuery[] = [];
  /** What is wrong where the answer to the query at the same place is no. */
  readonly #unanswered: (() => GraphFinding)[] = [];
  readonly #producers = new Map<number, readonly number[]>();
  #writers: ReadonlyMap<string, readonly number[]> | null = null;

  constructor(nodes: readonly TaskNode[], index: GraphIndex) {
    this.#nodes = nodes;
    this.#index = index;
  }

  reads(position: number, path: string): void {
    this.#writers ??= writersOf(this.#nodes);
    const writers = this.#writers.get(path) ?? [];
    if (this.#isDirect(writers, position)) return;
    this.#queries.push({ sources: writers, position });
    this.#unanswered.push(() => this.#describeMissingFile(position, path, writers));
  }

  givenTwice(position: number, input: string): void {
    const { id } = this.#nodes[position]!;
    const message = `Task ${showId(id)} is given the input ${showId(input)} twice.`;
    this.#add(position, finding('graph.invalid-inputs', [id], message, [input], 'Give each input once, or under another name.'));
  }

  takes(position: number, taking: Taking): void {
    const producer = this.#index.positions.get(taking.task);
    if (producer === undefined) {
      this.#add(position, this.#describe('graph.missing-input', position, taking, ', which is no task'));
      return;
    }
    const sources = this.#sourceOf(producer);
    if (!this.#isDirect(sources, position)) {
      this.#queries.push({ sources, position });
      this.#unanswered.push(() => this.#describe('graph.missing-input', position, taking, ' without waiting for it'));
    }
    const handedOn = this.#nodes[producer]!.outputs?.find(({ name }) => name === taking.output)?.type;
    if (handedOn === undefined) {
      this.#add(position, this.#describe('graph.undeclared-output', position, taking, `, which ${showId(taking.task)} doesn't declare`));
      return;
    }
    const mismatch = findMismatch(taking, handedOn);
    if (mismatch === null) return;
    const what = `, which is of the type ${handedOn}, and ${mismatch}`;
    this.#add(position, this.#describe('graph.type-mismatch', position, taking, what, [handedOn]));
  }

  #describeMissingFile(position: number, path: string, writers: readonly number[]): GraphFinding {
    const { id } = this.#nodes[position]!;
    const writer = writers.find((each) => each !== position);
    if (writer === undefined) {
      const message = `Task ${showId(id)} reads ${showId(path)}, which no other task writes.`;
      return finding('graph.missing-input', [id], message, [path], 'Let a task upstream write it, or let the task do without.');
    }
    const writerId = this.#nodes[writer]!.id;
    const message = `Task ${showId(id)} reads ${showId(path)} without waiting for a task that writes it, as ${showId(writerId)} does.`;
    return finding('graph.missing-input', [id], message, [path, writerId], `Let ${showId(id)} depend on the task that writes it.`);
  }

  #describe(code: keyof typeof SUGGESTIONS, position: number, taking: Taking, what: string, evidence: readonly string[] = []): GraphFinding {
    const { id } = this.#nodes[position]!;
    const taskIds = code === 'graph.missing-input' ? [id] : [id, taking.task];
    const witness = [id, taking.task, taking.output, ...evidence];
    return finding(code, taskIds, `Task ${showId(id)} ${describeTaking(taking)}${what}.`, witness, SUGGESTIONS[code]);
  }

  findings(order: Int32Array): readonly GraphFinding[] {
    for (const [number, upstream] of findUpstream(this.#index, order, this.#queries).entries()) {
      if (!upstream) this.#add(this.#queries[number]!.position, this.#unanswered[number]!());
    }
    return this.#found.sort((a, b) => a.position - b.position).map((each) => each.finding);
  }

  #add(position: number, found: GraphFinding): void {
    this.#found.push({ position, finding: found });
  }

  /** Most of what is taken comes from a direct dependency: no search is needed for that. */
  #isDirect(sources: readonly number[], position: number): boolean {
    const { predecessors, predecessorStarts } = this.#index;
    if (sources.length > 8) return false;
    for (let edge = predecessorStarts[position]!; edge < predecessorStarts[position + 1]!; edge += 1) {
      if (sources.includes(predecessors[edge]!)) return true;
    }
    return false;
  }

  /** One list for each producer, so that queries for it share their work. */
  #sourceOf(producer: number): readonly number[] {
    const known = this.#producers.get(producer);
    if (known !== undefined) return known;
    const list = [producer];
    this.#producers.set(producer, list);
    return list;
  }
}

/** Who writes each path, or something in it. */
function writersOf(nodes: readonly TaskNode[]): ReadonlyMap<string, readonly number[]> {
  const writers = new Map<string, number[]>();
  for (const [position, { writes }] of nodes.entries()) {
    for (const path of writes) {
      for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
        const part = path.slice(0, end);
        const known = writers.get(part);
        if (known === undefined) writers.set(part, [position]);
        else if (known.at(-1) !== position) known.push(position);
      }
    }
  }
  return writers;
}
