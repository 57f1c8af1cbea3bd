import type { GraphFinding } from '../graph/graph-finding.js';
import { callActivity } from './activity-proxies.js';
import type { PlanRevision, ValidateTaskGraphInput } from './activity-types.js';
import { knownHolds } from './changes.js';
import type { RevisePlan } from './messages.js';
import type { ProjectTasks } from './project-tasks.js';
import { describeRevision, NOT_EXECUTING, refuseForFindings, refuseForHistory, refuseRevision } from './revise-plan.js';
import { CancellationScope, condition, currentUpdateInfo } from './temporal.js';

/** A plan that is carried out, and what a change of it is compiled with. */
interface ChangeablePlan {
  readonly tasks: ProjectTasks;
  readonly limits: () => Omit<ValidateTaskGraphInput, 'revision'>;
}

/** The changes of a plan, in order, and the ids of the updates that asked for them. */
export interface PlanRevisionsSnapshot {
  readonly made: readonly PlanRevision[];
  readonly updateIds: readonly string[];
}

/** Changes the plan of a project while its tasks are carried out. */
export class PlanRevisions {
  /** In order. */
  readonly made: PlanRevision[];
  readonly #updateIds: string[];
  readonly #planOf: () => ChangeablePlan | null;
  #revising = false;

  /**
   * @param planOf - Null while none is carried out.
   * @param snapshot - Where another run left them. @defaultValue none was made yet
   */
  constructor(planOf: () => ChangeablePlan | null, { made, updateIds }: PlanRevisionsSnapshot = { made: [], updateIds: [] }) {
    this.made = [...made];
    this.#updateIds = [...updateIds];
    this.#planOf = planOf;
  }

  toSnapshot(): PlanRevisionsSnapshot {
    return { made: this.made, updateIds: this.#updateIds };
  }

  /**
   * One change at a time: each is compiled against the plan that the one before it made.
   *
   * @throws ApplicationFailure `kamachiq.graph.patch-refused`, with all findings as details
   */
  async revise({ patch, reason }: RevisePlan): Promise<PlanRevision> {
    const updateId = currentUpdateInfo()?.id ?? '';
    // The server knows the update ids of one run alone.
    const before = this.made[this.#updateIds.indexOf(updateId)];
    if (before !== undefined) return before;
    // Whoever waits is woken together with all others: only one of them finds nobody at it.
    while (this.#revising) await condition(() => !this.#revising);
    this.#revising = true;
    try {
      const plan = this.#planOf();
      if (plan === null || plan.tasks.settled) throw refuseRevision(NOT_EXECUTING);
      const { tasks } = plan;
      // Others may have come while this one waited.
      refuseForHistory();
      const input = { ...plan.limits(), revision: { patch, plan: tasks.plan, run: tasks.snapshot() } };
      const { findings, revised } = await whileExecuting(tasks, () =>
        callActivity('validateTaskGraph', `compile revision ${this.made.length + 1} of the plan`, input),
      );
      if (revised === undefined) throw refuseForFindings(findings);
      const checked = { patch, ...revised, holds: knownHolds(revised.holds) };
      const revision = describeRevision(this.made.length + 1, checked, reason);
      let refused: readonly GraphFinding[] | null | undefined;
      tasks.receive({
        kind: 'plan-revised',
        revision: checked,
        answer: (word) => {
          refused = word;
          // With the change itself: whoever asked for it may be gone before the answer.
          if (word?.length !== 0) return;
          this.made.push(revision);
          this.#updateIds.push(updateId);
        },
      });
      await condition(() => refused !== undefined || tasks.settled);
      if (refused === undefined || refused === null) throw refuseRevision(NOT_EXECUTING);
      if (refused.length > 0) throw refuseForFindings(refused);
      return revision;
    } finally {
      this.#revising = false;
    }
  }
}

/** Does something that is of no use any more once the tasks are done: it must not hold up the end of the project. */
async function whileExecuting<Result>(tasks: ProjectTasks, work: () => Promise<Result>): Promise<Result> {
  const scope = new CancellationScope();
  const watch = new CancellationScope();
  watch
    .run(() => condition(() => tasks.settled))
    .then(
      () => scope.cancel(),
      () => undefined,
    );
  try {
    return await scope.run(work);
  } catch (error) {
    throw tasks.settled ? refuseRevision(NOT_EXECUTING) : error;
  } finally {
    watch.cancel();
  }
}
