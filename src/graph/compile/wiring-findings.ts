import { findPathProblem } from '../../ports/project-path.js';
import type { ComparedValue, Comparison } from '../condition.js';
import { comparisonsOf } from '../conditions/comparisons-of.js';
import { DeclaredOutputs } from '../conditions/declared-outputs.js';
import { showId } from '../graph-error.js';
import { finding, type GraphFinding } from '../graph-finding.js';
import { type InputBinding, OutputType } from '../output-type.js';
import { isOpen, isSettled } from '../run/task-transitions.js';
import type { UpstreamQuery } from '../structure/ask-in-batches.js';
import { findUpstream } from '../structure/find-upstream.js';
import type { GraphIndex } from '../structure/graph-index.js';
import type { TaskNode } from '../task-node.js';
import type { TaskState } from '../task-state.js';
import { TriggerRule } from '../trigger-rule.js';

/** What is known of the runs of a graph besides who depends on whom. */
interface WiringOptions {
  /** False only where it is certain that the second task has not succeeded in any run in which the first one starts. @defaultValue true for all */
  readonly canFollow?: (position: number, producer: number) => boolean;
  /** What has become of a task: where it succeeded, who depends on it finds what it made without waiting. @defaultValue every task is pending */
  readonly stateOf?: (taskId: string) => TaskState;
}

/**
 * What tasks take that nothing hands to them: files that nothing upstream writes, values of tasks that aren't upstream or of which it is
 * certain that they are not there, outputs that nobody declares, and values of a type that isn't expected. A task that starts at once, by the
 * rule `always`, has nothing upstream for its inputs and reads. What is there only in some runs, such as a value of a branch, is allowed. Paths
 * that lead out of the project are wrong by themselves. Tasks that have begun have been given what they take.
 *
 * @param order - All positions in topological order.
 */
export function wiringFindings(
  nodes: readonly TaskNode[],
  index: GraphIndex,
  order: Int32Array,
  { canFollow = () => true, stateOf = () => 'pending' }: WiringOptions = {},
): readonly GraphFinding[] {
  const wiring = new Wiring(nodes, index, { canFollow, stateOf });
  for (const [position, { id, reads, inputs, inputsFrom, when }] of nodes.entries()) {
    if (!isOpen(stateOf(id))) continue;
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

const WAIT = 'Give it another trigger rule than always, by which it waits for nothing.';

/** How one task comes before another: as an ancestor, or as one along tasks that each wait for what they depend on. */
type Order = 'upstream' | 'waited';

/** Writers of a path that are looked at one by one. */
const FEW = 8;

/** Collects what tasks take; answers when all is known, so that the search upstream is made once for all. */
class Wiring {
  readonly #nodes: readonly TaskNode[];
  readonly #index: GraphIndex;
  readonly #options: Required<WiringOptions>;
  readonly #found: { readonly position: number; readonly finding: GraphFinding }[] = [];
  /** By what must be so of one of the sources. */
  readonly #queries: Readonly<Record<Order, (UpstreamQuery & { readonly missing: () => GraphFinding })[]>> = { upstream: [], waited: [] };
  readonly #declared: DeclaredOutputs;
  readonly #producers = new Map<number, readonly number[]>();
  /** What holds for each list of sources. */
  readonly #orders = new Map<readonly number[], Order>();
  #writers: ReadonlyMap<string, readonly number[]> | null = null;
  #deadWriters: ReadonlyMap<string, readonly number[]> | null = null;

  constructor(nodes: readonly TaskNode[], index: GraphIndex, options: Required<WiringOptions>) {
    this.#nodes = nodes;
    this.#index = index;
    this.#options = options;
    this.#declared = new DeclaredOutputs(nodes);
  }

  reads(position: number, path: string): void {
    this.#writers ??= writersOf(this.#nodes, (node) => !this.#isDead(node));
    const writers = this.#writers.get(path) ?? [];
    const able = writers.length > FEW ? writers : writers.filter((writer) => this.#options.canFollow(position, writer));
    const sources = able.length === writers.length ? writers : able;
    this.#query(sources, position, this.#orderOf(sources), () => this.#describeMissingFile(position, path, writers, sources));
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
    const missing = (what: string, suggestion?: string) => this.#describe('graph.missing-input', position, taking, what, [], suggestion);
    const isInput = 'input' in taking;
    const dead = this.#isDead(this.#nodes[producer]!);
    if (producer === position) this.#add(position, missing(', itself: nothing of it is there before it ends', 'Take a value of a task upstream.'));
    else if (isInput && dead) {
      const what = `, which is ${this.#options.stateOf(taking.task)}`;
      this.#add(position, missing(what, 'Take the value of a task that can still succeed, or do without.'));
    } else if (isInput && !this.#options.canFollow(position, producer)) {
      const suggestion = 'Take a value of a task that can have succeeded by then, or do without.';
      this.#add(position, missing(', which has never succeeded when it starts', suggestion));
    } else {
      const sources = this.#sourceOf(producer);
      const suggestion = isInput && !this.#waits(position) ? WAIT : undefined;
      this.#query(sources, position, isInput ? this.#orderOf(sources) : 'upstream', () => missing(' without waiting for it', suggestion));
    }
    const handedOn = this.#declared.typeOf(producer, taking.output);
    if (handedOn === undefined) {
      this.#add(position, this.#describe('graph.undeclared-output', position, taking, `, which ${showId(taking.task)} doesn't declare`));
      return;
    }
    const mismatch = findMismatch(taking, handedOn);
    if (mismatch === null) return;
    const what = `, which is of the type ${handedOn}, and ${mismatch}`;
    this.#add(position, this.#describe('graph.type-mismatch', position, taking, what, [handedOn]));
  }

  /** @param able - Those of the writers that can have succeeded when the task starts. */
  #describeMissingFile(position: number, path: string, writers: readonly number[], able: readonly number[]): GraphFinding {
    const { id } = this.#nodes[position]!;
    const reads = `Task ${showId(id)} reads ${showId(path)}`;
    const say = (message: string, suggestion: string, writer?: TaskNode) =>
      finding('graph.missing-input', [id], message, writer === undefined ? [path] : [path, writer.id], suggestion);
    const other = (positions: readonly number[]) => {
      const found = positions.find((each) => each !== position);
      return found === undefined ? undefined : this.#nodes[found]!;
    };
    const writer = other(able);
    if (writer !== undefined) {
      const message = `${reads} without waiting for a task that writes it, as ${showId(writer.id)} does.`;
      return say(message, this.#waits(position) ? `Let ${showId(id)} depend on the task that writes it.` : WAIT, writer);
    }
    const unable = other(writers);
    if (unable !== undefined) {
      const message = `${reads}, which ${showId(unable.id)} writes, and ${showId(unable.id)} has never succeeded when ${showId(id)} starts.`;
      return say(message, 'Let a task write it that can have succeeded by then, or do without.', unable);
    }
    this.#deadWriters ??= writersOf(this.#nodes, (node) => this.#isDead(node));
    const dead = other(this.#deadWriters.get(path) ?? []);
    if (dead === undefined) return say(`${reads}, which no other task writes.`, 'Let a task upstream write it, or let the task do without.');
    const message = `${reads}, which ${showId(dead.id)} was to write, and ${showId(dead.id)} is ${this.#options.stateOf(dead.id)}.`;
    return say(message, `Add a task that writes it, and let ${showId(id)} depend on that one.`, dead);
  }

  #describe(
    code: keyof typeof SUGGESTIONS,
    position: number,
    taking: Taking,
    what: string,
    evidence: readonly string[] = [],
    suggestion: string = SUGGESTIONS[code],
  ): GraphFinding {
    const { id } = this.#nodes[position]!;
    const taskIds = code === 'graph.missing-input' ? [id] : [id, taking.task];
    const witness = [id, taking.task, taking.output, ...evidence];
    return finding(code, taskIds, `Task ${showId(id)} ${describeTaking(taking)}${what}.`, witness, suggestion);
  }

  findings(order: Int32Array): readonly GraphFinding[] {
    for (const kind of ['upstream', 'waited'] as const) {
      const queries = this.#queries[kind];
      const answers = findUpstream(this.#index, order, queries, kind === 'waited' ? (position) => this.#waits(position) : undefined);
      for (const [number, { position, missing }] of queries.entries()) if (!answers[number]) this.#add(position, missing());
    }
    return this.#found.sort((a, b) => a.position - b.position).map((each) => each.finding);
  }

  #add(position: number, found: GraphFinding): void {
    this.#found.push({ position, finding: found });
  }

  /** What has succeeded is there for a task that is added behind it and waits for nothing. */
  #orderOf(sources: readonly number[]): Order {
    let order = this.#orders.get(sources);
    if (order === undefined) {
      order = sources.some((source) => this.#options.stateOf(this.#nodes[source]!.id) === 'succeeded') ? 'upstream' : 'waited';
      this.#orders.set(sources, order);
    }
    return order;
  }

  /** Settled without success. */
  #isDead({ id }: TaskNode): boolean {
    const state = this.#options.stateOf(id);
    return isSettled(state) && state !== 'succeeded';
  }

  #waits(position: number): boolean {
    return this.#nodes[position]!.triggerRule !== TriggerRule.ALWAYS;
  }

  #query(sources: readonly number[], position: number, order: Order, missing: () => GraphFinding): void {
    if ((order === 'waited' && !this.#waits(position)) || !this.#isDirect(sources, position))
      this.#queries[order].push({ sources, position, missing });
  }

  /** Most of what is taken comes from a direct dependency: no search is needed for that. */
  #isDirect(sources: readonly number[], position: number): boolean {
    const { predecessors, predecessorStarts } = this.#index;
    if (sources.length > FEW) return false;
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

/** Who writes each path, or something in it, of some tasks. */
function writersOf(nodes: readonly TaskNode[], counts: (node: TaskNode) => boolean): ReadonlyMap<string, readonly number[]> {
  const writers = new Map<string, number[]>();
  for (const [position, node] of nodes.entries()) {
    if (!counts(node)) continue;
    for (const path of node.writes) {
      // Refused by itself, and as long as it pleases.
      if (findPathProblem(path) !== null) continue;
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
