import { KamachiqError } from '../errors/kamachiq-error.js';
import type { TaskGraph } from './task-graph.js';
import type { TaskNode } from './task-node.js';
import type { TaskState } from './task-state.js';

/**
 * The state of a graph that is being carried out: takes what happened to tasks, answers what became ready.
 *
 * A task is ready when all its dependencies succeeded; a failure, skip or cancellation reaches every task behind it at once.
 * Ready tasks come in order of their longest remaining path, ties in the order of the graph.
 *
 * @public
 */
export class GraphRun {
  readonly #graph: TaskGraph;
  readonly #states = new Map<string, TaskState>();
  readonly #waitingFor = new Map<string, number>();
  readonly #priority: ReadonlyMap<string, number>;
  readonly #position: ReadonlyMap<string, number>;
  #unsettled: number;

  /** @param durationOf - Expected duration of a task, at least 0, in any unit. @defaultValue its estimated tokens plus one */
  constructor(graph: TaskGraph, durationOf: (node: TaskNode) => number = (node) => node.estimatedTokens + 1) {
    this.#graph = graph;
    this.#priority = graph.remainingPaths(durationOf);
    this.#position = new Map(graph.nodes.map(({ id }, index) => [id, index]));
    this.#unsettled = graph.size;
    for (const { id } of graph.nodes) {
      const needed = graph.predecessors(id).length;
      this.#waitingFor.set(id, needed);
      this.#states.set(id, needed === 0 ? 'ready' : 'pending');
    }
  }

  /** True once no task can change any more. */
  get settled(): boolean {
    return this.#unsettled === 0;
  }

  state(id: string): TaskState {
    const state = this.#states.get(id);
    if (state === undefined) throw invalidTransition(id, 'any state', 'no such task');
    return state;
  }

  /** The longest remaining path of a task; more is more urgent. */
  priority(id: string): number {
    this.state(id);
    return this.#priority.get(id)!;
  }

  /** Everything that is ready now, most urgent first. */
  ready(): readonly string[] {
    return this.#byUrgency([...this.#states].filter(([, state]) => state === 'ready').map(([id]) => id));
  }

  started(id: string): void {
    this.#change(id, ['ready'], 'running');
  }

  /** The task holds no agent while a person decides about it. */
  waitsForPerson(id: string): void {
    this.#change(id, ['running'], 'waiting-for-person');
  }

  /** @returns The tasks that became ready, most urgent first. */
  succeeded(id: string): readonly string[] {
    this.#change(id, ['running', 'waiting-for-person'], 'succeeded');
    this.#unsettled -= 1;
    const ready: string[] = [];
    for (const dependent of this.#graph.successors(id)) {
      const left = this.#waitingFor.get(dependent)! - 1;
      this.#waitingFor.set(dependent, left);
      if (left === 0 && this.#states.get(dependent) === 'pending') {
        this.#states.set(dependent, 'ready');
        ready.push(dependent);
      }
    }
    return this.#byUrgency(ready);
  }

  /** @returns The tasks that can no longer run because of it. */
  failed(id: string): readonly string[] {
    this.#change(id, ['running', 'waiting-for-person'], 'failed');
    this.#unsettled -= 1;
    return this.#settleBehind(id, 'upstream-failed');
  }

  /** @returns The tasks that can no longer run because of it. */
  cancelled(id: string): readonly string[] {
    this.#change(id, ['pending', 'ready', 'running', 'waiting-for-person'], 'cancelled');
    this.#unsettled -= 1;
    return this.#settleBehind(id, 'cancelled');
  }

  #settleBehind(id: string, state: TaskState): readonly string[] {
    const reached: string[] = [];
    for (const descendant of this.#graph.descendants(id)) {
      const current = this.#states.get(descendant);
      if (current !== 'pending' && current !== 'ready') continue;
      this.#states.set(descendant, state);
      this.#unsettled -= 1;
      reached.push(descendant);
    }
    return reached;
  }

  #change(id: string, from: readonly TaskState[], to: TaskState): void {
    const state = this.state(id);
    if (!from.includes(state)) throw invalidTransition(id, from.join(' or '), `${state} (to become ${to})`);
    this.#states.set(id, to);
  }

  #byUrgency(ids: string[]): string[] {
    return ids.sort((a, b) => this.#priority.get(b)! - this.#priority.get(a)! || this.#position.get(a)! - this.#position.get(b)!);
  }
}

const invalidTransition = (id: string, expected: string, got: string) =>
  new KamachiqError({
    code: 'graph.invalid-transition',
    message: `Expected task ${JSON.stringify(id.slice(0, 200))} to be ${expected}, got ${got}.`,
    remedy: 'Report what happened to a task once, in the order in which it happened.',
  });
