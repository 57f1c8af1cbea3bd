import type { Amount } from '../budget/amount.js';
import { KamachiqError } from '../errors/kamachiq-error.js';
import { isRetryable, isSettled } from '../graph/run/task-transitions.js';
import type { TaskState } from '../graph/task-state.js';
import {
  type ControlKind,
  type ControlOrder,
  type ControlReceipt,
  cancelTaskUpdate,
  pauseUpdate,
  type RaiseBudget,
  raiseBudgetUpdate,
  resumeUpdate,
  retryTaskUpdate,
  type SetConcurrency,
  setConcurrencyUpdate,
  type TaskOrder,
} from './control-messages.js';
import { isReason, REASON_CHARACTERS } from './revision-reason.js';
import { ApplicationFailure, CancellationScope, currentUpdateInfo, setHandler } from './temporal.js';

/** What of a project can be ordered about. */
export interface ControlledProject {
  /** True once nothing can change any more. */
  readonly ended: boolean;
  readonly slots: number;
  readonly maximumSlots: number;
  readonly limitsMoney: boolean;
  /** Null while no task of this id is known. */
  stateOf(taskId: string): TaskState | null;
  paused: boolean;
  setSlots(slots: number): void;
  /** @returns What the budget is now, in words. */
  raiseBudget(amount: Amount): string;
  /** Both return what it came to; null where it comes too late. @throws KamachiqError where it can't be done */
  cancelTask(taskId: string, reason: string): Promise<string | null>;
  retryTask(taskId: string): Promise<string | null>;
}

/** Fields of an order as they may come: any client of the namespace may send one. */
type Order = Readonly<Record<string, unknown>>;

interface Control {
  readonly kind: ControlKind;
  readonly update: { readonly name: string };
  readonly description: string;
  /** Why it can't be done, before anything is; null where it can. */
  readonly refuse: (project: ControlledProject, order: Order) => string | null;
  readonly carryOut: (project: ControlledProject, order: Order) => string | Promise<string | null>;
}

const isAmount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= LARGEST_RAISE;

/** Each stands in the history, in the status and in the report. */
const MOST_ORDERS = 500;

/** Tokens or micro-dollars: sums of budgets stay exact. */
const LARGEST_RAISE = 1e12;

const CONTROLS: readonly Control[] = [
  {
    kind: 'pause',
    update: pauseUpdate,
    description: 'Starts no further task and no further attempt.',
    refuse: ({ paused }) => (paused ? 'It is paused already.' : null),
    carryOut: (project) => {
      project.paused = true;
      return 'No further task and no further attempt begins; what is at work goes on.';
    },
  },
  {
    kind: 'resume',
    update: resumeUpdate,
    description: 'Goes on after a pause.',
    refuse: ({ paused }) => (paused ? null : 'It is not paused.'),
    carryOut: (project) => {
      project.paused = false;
      return 'Tasks and attempts begin again.';
    },
  },
  {
    kind: 'cancel-task',
    update: cancelTaskUpdate,
    description: 'Cancels a task that is not settled.',
    refuse: (project, { taskId }) => refuseByState(project, taskId, (state) => !isSettled(state)),
    carryOut: (project, { taskId, reason }) => project.cancelTask(taskId as string, reason as string),
  },
  {
    kind: 'retry-task',
    update: retryTaskUpdate,
    description: 'Gives a task that failed or was cancelled another start.',
    refuse: (project, { taskId }) => refuseByState(project, taskId, isRetryable),
    carryOut: (project, { taskId }) => project.retryTask(taskId as string),
  },
  {
    kind: 'raise-budget',
    update: raiseBudgetUpdate,
    description: 'Adds to what the project may spend.',
    refuse: ({ limitsMoney }, { tokens, microDollars = 0 }) => {
      if (!isAmount(tokens) || !isAmount(microDollars) || tokens + microDollars === 0)
        return `Raise by whole numbers from 0 to ${LARGEST_RAISE}, not both 0.`;
      return microDollars > 0 && !limitsMoney ? 'Nothing limits the money that it may spend.' : null;
    },
    carryOut: (project, { tokens, microDollars = 0 }) => project.raiseBudget({ tokens, microDollars } as Amount),
  },
  {
    kind: 'set-concurrency',
    update: setConcurrencyUpdate,
    description: 'Changes how many agents may be at work at once.',
    refuse: ({ maximumSlots }, { slots }) =>
      Number.isSafeInteger(slots) && (slots as number) >= 1 && (slots as number) <= maximumSlots
        ? null
        : `At least 1 agent and at most ${maximumSlots} may be at work at once.`,
    carryOut: (project, { slots }) => {
      const before = project.slots;
      project.setSlots(slots as number);
      return `${slots} ${slots === 1 ? 'agent' : 'agents'} may be at work at once, ${before} before.`;
    },
  },
];

function refuseByState(project: ControlledProject, id: unknown, isFit: (state: TaskState) => boolean): string | null {
  if (typeof id !== 'string' || id === '') return 'Name a task.';
  const state = project.stateOf(id);
  if (state === null) return `It has no task ${id.slice(0, 200)}, or none yet.`;
  return isFit(state) ? null : `The task ${id} is ${state}.`;
}

const refuse = (message: string) => ApplicationFailure.create({ type: 'kamachiq.control.refused', message, nonRetryable: true });

/** Characters of a reason that the status tells: all orders together must fit into it. The report tells all of them. */
const TOLD_CHARACTERS = 300;

/** An order as the status tells it. */
export const tellOrder = (receipt: ControlReceipt): ControlReceipt => ({
  ...receipt,
  reason: receipt.reason.length > TOLD_CHARACTERS ? `${receipt.reason.slice(0, TOLD_CHARACTERS - 1).toWellFormed()}…` : receipt.reason,
});

/** What of an order stands in its receipt. */
function aboutOf(kind: ControlKind, order: ControlOrder): Partial<ControlReceipt> {
  const { taskId, slots, tokens, microDollars = 0 } = order as TaskOrder & SetConcurrency & RaiseBudget;
  if (kind === 'raise-budget') return { tokens, microDollars };
  if (kind === 'set-concurrency') return { slots };
  return kind.endsWith('-task') ? { taskId } : {};
}

/** The orders that a project took. */
export interface OrdersSnapshot {
  /** In order. */
  readonly taken: readonly ControlReceipt[];
  /** Under which they came. */
  readonly updateIds: readonly string[];
  /** Also those that came to nothing: each stands in a history. */
  readonly accepted: number;
}

/** As it grows with every order. */
export interface Orders extends OrdersSnapshot {
  readonly taken: ControlReceipt[];
  readonly updateIds: string[];
  accepted: number;
}

/** Takes the orders of people for a project. */
export function takeOrders(project: ControlledProject, orders: Orders): void {
  const { taken, updateIds } = orders;
  /** The server knows the update ids of one run alone: whoever asks again is told by another one what became of the first. */
  const receiptBefore = () => taken[updateIds.indexOf(currentUpdateInfo()?.id ?? '')];
  for (const { kind, update, description, refuse: findProblem, carryOut } of CONTROLS) {
    const handler = async (order: ControlOrder): Promise<ControlReceipt> => {
      const before = receiptBefore();
      if (before !== undefined) return before;
      orders.accepted += 1;
      let effect: string | null;
      try {
        effect = await CancellationScope.nonCancellable(async () => carryOut(project, { ...order }));
      } catch (error) {
        throw KamachiqError.isInstance(error) ? refuse(error.message) : error;
      }
      if (effect === null) throw refuse(ENDED);
      const about = aboutOf(kind, order);
      const receipt = { order: taken.length + 1, kind, ...about, reason: order.reason, effect, takenAt: Date.now() };
      taken.push(receipt);
      updateIds.push(currentUpdateInfo()?.id ?? '');
      return receipt;
    };
    const validator = (given: unknown): void => {
      if (receiptBefore() !== undefined) return;
      const order = (given ?? {}) as Order;
      const { reason } = order;
      if (!isReason(reason)) throw refuse(`An order needs a reason of at most ${REASON_CHARACTERS} characters.`);
      const problem = project.ended ? ENDED : findProblem(project, order);
      if (problem !== null) throw refuse(problem);
      // Whoever paused it can always let it go on.
      if (orders.accepted >= MOST_ORDERS && kind !== 'resume') throw refuse(`A project takes ${MOST_ORDERS} orders.`);
    };
    setHandler(update as typeof pauseUpdate, handler, { description, validator });
  }
}

const ENDED = 'The project does not carry out tasks any more.';
