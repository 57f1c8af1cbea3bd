import { KamachiqError } from '../../errors/kamachiq-error.js';
import { graphError, requireKnown, requirePosition, showId } from '../graph-error.js';
import type { TaskOutputs } from '../output-type.js';
import { type GraphIndex, indexGraph } from '../structure/graph-index.js';
import { positionsOf } from '../structure/graph-walk.js';
import { remainingPaths } from '../structure/remaining-paths.js';
import { sortGraph } from '../structure/sort-graph.js';
import type { ConditionalNode, GraphNode, TaskNode } from '../task-node.js';
import type { TaskState } from '../task-state.js';
import { TriggerRule } from '../trigger-rule.js';
import { ruleNumber, SEEN_SETS, UNSETTLED } from './decide-trigger.js';
import { evaluateCondition } from './evaluate-condition.js';
import { expectedMinutes } from './expected-minutes.js';
import { codeOf, decidedCodes, PENDING, READY, SEEN_BY_CODE, SKIPPED, STATES, TRANSITION_CODES } from './state-codes.js';
import { isOpen, isRetryable, TASK_TRANSITIONS, type TaskTransition } from './task-transitions.js';

/** The state of a run as plain JSON; of use with the nodes it was made of. @public */
export interface GraphRunSnapshot {
  /** One for each node, in their order. */
  readonly states: readonly TaskState[];
  /** Of tasks that handed something on. */
  readonly outputs: readonly { readonly taskId: string; readonly outputs: TaskOutputs }[];
}

/** @public */
export interface GraphRunOptions<Node extends ConditionalNode = TaskNode> {
  /** Expected duration of a task, at least 0, in any unit. @defaultValue `expectedMinutes`, and the same for every node that has no estimates */
  readonly durationOf?: (node: Node) => number;
  /** Where a run of the same nodes stood; it is taken up there. */
  readonly snapshot?: GraphRunSnapshot;
}

/**
 * The state of a graph that is being carried out: takes what happened to tasks, answers what became ready.
 *
 * A task becomes ready when its trigger rule lets it start and its condition holds; what can't start any more is settled at once, and so is
 * what that settles in turn. Ready tasks come in order of their longest remaining path, ties in the order of the graph. Each report takes
 * time in proportion to the dependents of what it settles.
 *
 * @public
 */
export class GraphRun<Node extends ConditionalNode = TaskNode> {
  /** In the order given. */
  readonly nodes: readonly Node[];
  readonly #durationOf: (node: Node) => number;
  readonly #index: GraphIndex;
  readonly #urgency: Float64Array;
  /** The code of each task's state. */
  readonly #codes: Uint8Array;
  readonly #outputs: (TaskOutputs | undefined)[];
  /** Unsettled dependencies of each task. */
  readonly #waitingFor: Int32Array;
  /** Which states occur among the settled dependencies of each task, as bits of `SEEN`. */
  readonly #seen: Uint8Array;
  /** Where the decisions by each task's trigger rule begin in the table. */
  readonly #rules: Uint16Array;
  readonly #decisions = decidedCodes();
  #unsettled: number;
  /** Positions, those with the longest remaining path first; null until somebody asks. */
  #longestFirst: readonly number[] | null = null;
  /** Those before it in the list are settled. */
  #longest = 0;

  /**
   * @param graph - A task graph, or anything else with nodes: ids unique, dependencies known, no cycle.
   * @throws KamachiqError `graph.duplicate-id`, `graph.unknown-dependency`, `graph.cycle`, `graph.foreign-snapshot`
   */
  constructor(graph: { readonly nodes: readonly Node[] }, { durationOf = expectedMinutes, snapshot }: GraphRunOptions<Node> = {}) {
    const { nodes } = graph;
    const size = nodes.length;
    const index = indexGraph(nodes);
    requireKnown(nodes, index);
    const { order } = sortGraph(index);
    if (order.length < size) throw waitsForItself(nodes, index, order);
    this.nodes = nodes;
    this.#durationOf = durationOf;
    this.#index = index;
    this.#urgency = remainingPaths(index, order, nodes.map(durationOf));
    this.#codes = new Uint8Array(size).fill(PENDING);
    this.#outputs = new Array<TaskOutputs | undefined>(size).fill(undefined);
    this.#waitingFor = new Int32Array(size);
    this.#seen = new Uint8Array(size);
    this.#rules = new Uint16Array(size);
    this.#unsettled = size;
    if (snapshot !== undefined) this.#take(snapshot);
    this.#begin(order);
  }

  /** True once no task can change any more. */
  get settled(): boolean {
    return this.#unsettled === 0;
  }

  /** How many tasks can still change. */
  get unsettled(): number {
    return this.#unsettled;
  }

  /** @throws KamachiqError `graph.unknown-task`, as everything that takes an id */
  state(id: string): TaskState {
    return this.#state(this.#position(id));
  }

  /** How many tasks are in a state. */
  count(state: TaskState): number {
    const code = codeOf(state);
    let count = 0;
    for (const each of this.#codes) if (each === code) count += 1;
    return count;
  }

  /** @throws KamachiqError `graph.unknown-task` */
  node(id: string): Node {
    return this.nodes[this.#position(id)]!;
  }

  /** The longest remaining path of a task; more is more urgent. */
  priority(id: string): number {
    return this.#urgency[this.#position(id)]!;
  }

  /** The longest remaining path of a task that is not settled; 0 where all are. Over the whole run it takes time in proportion to its tasks. */
  get longestRemaining(): number {
    this.#longestFirst ??= this.#byUrgency([...this.#codes.keys()]);
    while (this.#longest < this.#longestFirst.length && this.#isSettled(this.#longestFirst[this.#longest]!)) this.#longest += 1;
    const longest = this.#longestFirst[this.#longest];
    return longest === undefined ? 0 : this.#urgency[longest]!;
  }

  /** What a task handed on; undefined where it handed nothing on. */
  outputs(id: string): TaskOutputs | undefined {
    return this.#outputs[this.#position(id)];
  }

  /** What the task depends on, each once, in the order in which it names them. */
  predecessors(id: string): readonly string[] {
    const { predecessors, predecessorStarts } = this.#index;
    return this.#ids(positionsOf(this.#position(id), predecessors, predecessorStarts));
  }

  /** Everything that is ready now, most urgent first. */
  ready(): readonly string[] {
    return this.#ids(this.#byUrgency([...this.#codes.keys()].filter((position) => this.#codes[position] === READY)));
  }

  started(id: string): void {
    this.#change(id, 'started');
  }

  /** The task holds no agent while a person decides about it. */
  waitsForPerson(id: string): void {
    this.#change(id, 'waitsForPerson');
  }

  /**
   * @param outputs - What the task hands on to conditions and inputs. @defaultValue nothing
   * @returns The tasks that became ready, most urgent first.
   */
  succeeded(id: string, outputs?: TaskOutputs): readonly string[] {
    const position = this.#change(id, 'succeeded');
    if (outputs !== undefined) this.#outputs[position] = outputs;
    return this.#settle(position);
  }

  /** @returns The tasks that became ready because of it, most urgent first. */
  failed(id: string): readonly string[] {
    return this.#settle(this.#change(id, 'failed'));
  }

  /** The host decided that the task is not worth starting. @returns The tasks that became ready because of it, most urgent first. */
  skipped(id: string): readonly string[] {
    return this.#settle(this.#change(id, 'skipped'));
  }

  /** @returns The tasks that became ready because of it, most urgent first. */
  cancelled(id: string): readonly string[] {
    return this.#settle(this.#change(id, 'cancelled'));
  }

  /** Settled tasks that did not succeed, and that nothing made up for: `rescues`. Tasks that were skipped are none. */
  failures(): readonly string[] {
    const rescues = this.rescues();
    return this.nodes.flatMap(({ id }, position) => (this.#isFailure(position) && !rescues.has(id) ? [id] : []));
  }

  /**
   * The failures that were made up for, each with the first task that did: one that depends on it by `one-success` or `one-failed` and succeeded, or
   * whose own failure was made up for. Where others could not start because of the failure, each of those must be made up for instead. Who started
   * all the same and failed by itself says nothing of it.
   */
  rescues(): ReadonlyMap<string, string> {
    const { successors, successorStarts } = this.#index;
    const rescuers = new Int32Array(this.nodes.length).fill(NOBODY);
    const rescuerBy = (dependent: number) => (this.#state(dependent) === 'succeeded' ? dependent : rescuers[dependent]!);
    for (const position of sortGraph(this.#index).order.toReversed()) {
      if (!this.#isFailure(position)) continue;
      const dependents = positionsOf(position, successors, successorStarts);
      const blocked = dependents.filter((dependent) => this.#isFailure(dependent) && this.#decided(dependent) !== READY);
      const ways = (blocked.length > 0 ? blocked : dependents.filter((dependent) => this.#isRescue(dependent))).map(rescuerBy);
      const isMadeUpFor = blocked.length > 0 ? !ways.includes(NOBODY) : ways.some((way) => way !== NOBODY);
      if (isMadeUpFor) rescuers[position] = ways.find((way) => way !== NOBODY)!;
    }
    return new Map(this.nodes.flatMap(({ id }, position) => (rescuers[position] === NOBODY ? [] : [[id, this.#id(rescuers[position]!)]])));
  }

  toSnapshot(): GraphRunSnapshot {
    const outputs = this.#outputs.flatMap((handedOn, position) =>
      handedOn === undefined ? [] : [{ taskId: this.#id(position), outputs: handedOn }],
    );
    return { states: Array.from(this.#codes, (code) => STATES[code]!), outputs };
  }

  /**
   * Goes on with other nodes: what is at work or settled keeps its state and its outputs, and so does what is ready and the same object as before.
   * Everything else is decided anew.
   *
   * @param graph - Holds every task that is at work or settled; `applyGraphPatch` makes and checks it.
   * @throws KamachiqError `graph.foreign-snapshot` when one is missing, and what the constructor throws
   */
  continueWith(graph: { readonly nodes: readonly Node[] }): GraphRun<Node> {
    const kept = new Map(this.nodes.map((node, position) => [node.id, { node, state: this.#state(position) }]));
    const states = graph.nodes.map((node): TaskState => {
      const before = kept.get(node.id);
      if (before === undefined || before.state === 'pending') return 'pending';
      // When it became ready its condition was looked at: that is not done twice.
      return before.state === 'ready' && before.node !== node ? 'pending' : before.state;
    });
    for (const { id } of graph.nodes) kept.delete(id);
    for (const [id, { state }] of kept) if (!isOpen(state)) throw foreign(`task ${showId(id)}, which is ${state}`, 'none');
    return new GraphRun(graph, { durationOf: this.#durationOf, snapshot: { states, outputs: this.toSnapshot().outputs } });
  }

  /**
   * Goes on with another start of a task that failed, was cancelled, or was left out by the host: it is decided anew, and so is what could not start because of it. Everything else
   * keeps its state.
   *
   * @param kept - Tasks that stay as they are although they did not start: somebody wanted it so. @defaultValue none
   * @throws KamachiqError `graph.not-retryable` where the task did none of it, where it could not start again, or where another went on from its failure
   */
  retry(id: string, kept: ReadonlySet<string> = new Set()): GraphRun<Node> {
    const { successors, successorStarts } = this.#index;
    const first = this.#position(id);
    const state = this.#state(first);
    if (!isRetryable(state)) throw notRetryable(`task ${showId(id)} to be failed, cancelled or skipped`, state);
    const again = new Set([first]);
    // What is added while the set is walked through is walked through too.
    for (const position of again) {
      for (const dependent of positionsOf(position, successors, successorStarts)) {
        if (this.#couldNotStart(dependent) && !kept.has(this.#id(dependent))) again.add(dependent);
      }
    }
    const { states, outputs } = this.toSnapshot();
    const snapshot = { states: states.map((each, position) => (again.has(position) ? 'pending' : each)), outputs };
    let next: GraphRun<Node>;
    try {
      next = new GraphRun(this, { durationOf: this.#durationOf, snapshot });
    } catch (error) {
      throw KamachiqError.isInstance(error) ? notRetryable('nothing to have gone on from its failure', error.message.replace(/\.$/, '')) : error;
    }
    if (next.state(id) !== 'ready') throw notRetryable('what it needs to have succeeded', `a task that would be ${next.state(id)} again`);
    return next;
  }

  #take({ states, outputs }: GraphRunSnapshot): void {
    const { size } = this.#index;
    if (!Array.isArray(states) || states.length !== size) throw foreign(`the states of ${size} tasks`, `${states?.length ?? 'none'}`);
    if (!Array.isArray(outputs)) throw foreign('a list of outputs', 'none');
    for (const [position, state] of states.entries()) {
      const code = codeOf(state);
      if (code < 0) throw foreign(`a state of task ${showId(this.#id(position))}`, showId(String(state)));
      this.#codes[position] = code;
    }
    for (const { taskId, outputs: handedOn } of outputs) {
      const position = this.#position(taskId);
      if (this.#state(position) !== 'succeeded') throw foreign(`outputs of tasks that succeeded`, `some of ${showId(taskId)}, which didn't`);
      this.#outputs[position] = handedOn;
    }
  }

  #begin(order: Int32Array): void {
    const { predecessorStarts, successors, successorStarts } = this.#index;
    for (const position of order) {
      this.#waitingFor[position]! += predecessorStarts[position + 1]! - predecessorStarts[position]!;
      this.#rules[position] = ruleNumber(this.nodes[position]!.triggerRule) * SEEN_SETS;
      if (this.#codes[position] === PENDING) this.#codes[position] = this.#decide(position);
      else if (STARTABLE.has(this.#state(position)) && this.#decided(position) === PENDING) {
        throw foreign(`task ${showId(this.#id(position))} to be waiting for others`, this.#state(position));
      }
      const seen = SEEN_BY_CODE[this.#codes[position]!]!;
      if (seen === 0) continue;
      this.#unsettled -= 1;
      for (const successor of positionsOf(position, successors, successorStarts)) {
        this.#waitingFor[successor]! -= 1;
        this.#seen[successor]! |= seen;
      }
    }
  }

  /** What its trigger rule makes of the states of its dependencies. */
  #decided(position: number): number {
    return this.#decisions[this.#rules[position]! + this.#seen[position]! + (this.#waitingFor[position]! > 0 ? UNSETTLED : 0)]!;
  }

  /** Whether it has not begun, and another start of a task before it may change what became of it. */
  #couldNotStart(position: number): boolean {
    const state = this.#state(position);
    // One that was at work when it was cancelled could start by its rule.
    return state === 'cancelled' ? this.#decided(position) !== READY : NOT_BEGUN.has(state);
  }

  /** What the states of its dependencies make of a pending task. */
  #decide(position: number): number {
    const decided = this.#decided(position);
    if (decided !== READY) return decided;
    const { when } = this.nodes[position]!;
    return when === undefined || evaluateCondition(when, (id) => this.#outputs[this.#index.positions.get(id) ?? -1]) ? READY : SKIPPED;
  }

  /** Passes on that a task is settled, and whatever else that settles. */
  #settle(first: number): readonly string[] {
    const ready: number[] = [];
    const settled: number[] = [];
    this.#passOn(first, ready, settled);
    for (let taken = 0; taken < settled.length; taken += 1) this.#passOn(settled[taken]!, ready, settled);
    this.#unsettled -= 1 + settled.length;
    return ready.length === 0 ? NOTHING : this.#ids(this.#byUrgency(ready));
  }

  /** Tells the dependents of a settled task; adds those that it makes ready, and those that it settles. */
  #passOn(position: number, ready: number[], settled: number[]): void {
    const { successors, successorStarts } = this.#index;
    const seen = SEEN_BY_CODE[this.#codes[position]!]!;
    const end = successorStarts[position + 1]!;
    for (let edge = successorStarts[position]!; edge < end; edge += 1) {
      const successor = successors[edge]!;
      this.#waitingFor[successor]! -= 1;
      this.#seen[successor]! |= seen;
      if (this.#codes[successor] !== PENDING) continue;
      const decided = this.#decide(successor);
      if (decided === PENDING) continue;
      this.#codes[successor] = decided;
      if (decided === READY) ready.push(successor);
      else settled.push(successor);
    }
  }

  #change(id: string, transition: TaskTransition): number {
    const position = this.#position(id);
    const { from, to } = TRANSITION_CODES[transition];
    const code = this.#codes[position]!;
    if ((from & (1 << code)) === 0) {
      const expected = TASK_TRANSITIONS[transition].from.join(' or ');
      throw graphError(
        'graph.invalid-transition',
        `Expected task ${showId(id)} to be ${expected}, got ${STATES[code]} (to become ${STATES[to]}).`,
        'Report what happened to a task once, in the order in which it happened.',
      );
    }
    this.#codes[position] = to;
    return position;
  }

  #position(id: string): number {
    return requirePosition(this.#index, id);
  }

  #state(position: number): TaskState {
    return STATES[this.#codes[position]!]!;
  }

  #isSettled(position: number): boolean {
    return SEEN_BY_CODE[this.#codes[position]!] !== 0;
  }

  #isFailure(position: number): boolean {
    return FAILURES.has(this.#state(position));
  }

  /** Whether a task goes on where another one failed. */
  #isRescue(position: number): boolean {
    return RESCUING.has(this.nodes[position]!.triggerRule ?? TriggerRule.ALL_SUCCESS);
  }

  #id(position: number): string {
    return this.nodes[position]!.id;
  }

  #ids(positions: Int32Array | readonly number[]): readonly string[] {
    const ids = new Array<string>(positions.length);
    for (let index = 0; index < ids.length; index += 1) ids[index] = this.#id(positions[index]!);
    return ids;
  }

  #byUrgency(positions: number[]): number[] {
    return positions.length < 2 ? positions : positions.sort((a, b) => this.#urgency[b]! - this.#urgency[a]! || a - b);
  }
}

/** No position. */
const NOBODY = -1;

const FAILURES: ReadonlySet<TaskState> = new Set<TaskState>(['failed', 'upstream-failed', 'cancelled']);

/** States of tasks that have not begun, but for those that wait and those that were cancelled. */
const NOT_BEGUN: ReadonlySet<TaskState> = new Set<TaskState>(['ready', 'skipped', 'upstream-failed']);

const RESCUING: ReadonlySet<TriggerRule> = new Set([TriggerRule.ONE_SUCCESS, TriggerRule.ONE_FAILED]);

/** States that only a task has that could start. */
const STARTABLE: ReadonlySet<TaskState> = new Set<TaskState>(['ready', 'running', 'waiting-for-person', 'succeeded', 'failed']);

/** Names a cycle, not the shortest: going back far enough among what has no place in the order ends on one. */
function waitsForItself(nodes: readonly GraphNode[], { predecessors, predecessorStarts }: GraphIndex, order: Int32Array): Error {
  const sorted = new Set(order);
  const before = (position: number) => positionsOf(position, predecessors, predecessorStarts).find((predecessor) => !sorted.has(predecessor))!;
  let last = nodes.findIndex((_, position) => !sorted.has(position));
  for (let step = 0; step < nodes.length; step += 1) last = before(last);
  const cycle = [last];
  for (let position = before(last); position !== last; position = before(position)) cycle.push(position);
  const shown = [...cycle, last].toReversed().map((position) => showId(nodes[position]!.id));
  return graphError('graph.cycle', `Expected no cycle, got ${shown.join(' → ')}.`);
}

const NOTHING: readonly string[] = Object.freeze([]);

const notRetryable = (expected: string, got: string) =>
  graphError('graph.not-retryable', `Expected ${expected}, got ${got}.`, 'Add a task in its place instead.');

const foreign = (expected: string, got: string) =>
  graphError(
    'graph.foreign-snapshot',
    `Expected ${expected}, got ${got}.`,
    'Go on with the nodes that the run began with, but for those that have not begun.',
  );
