import type { AbridgedTask } from '../graph/abridged-task.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import type { AttemptReport } from '../report/project-report.js';
import type { AbridgedRun } from './abridged-run.js';
import type { AbridgedRecord, ArchivedTask } from './activity-types.js';
import type { AgentTaskAccount, AgentTaskResult, StoredAccount, VerdictSummary } from './agent-task-types.js';
import { attemptKey, readAttemptKey } from './attempt-key.js';
import { UNSAID, WITHOUT_LISTS } from './brief-result.js';
import { describeNotStarted } from './describe-not-started.js';
import { spentFields } from './hold-fields.js';
import type { ProjectBudget } from './project-budget.js';
import type { TaskProgress } from './project-types.js';
import { NO_TOKENS } from './shortage.js';
import { stated } from './stated.js';
import { unlike } from './unlike.js';
import { taskWorkflowId } from './workflow-ids.js';

/** Most characters of the reason for which a task ended: it may quote a provider, a person or a host's own workflow. */
const REASON_CHARACTERS = 2_000;
const ID_CHARACTERS = 200;

const NOTHING: AgentTaskAccount = { manifest: null, ...WITHOUT_LISTS };
const NOTHING_EARLIER: Told = { attempts: [], records: [] };

/** What of a task went to the store when its project went on in another run. */
interface Archived {
  readonly attempts: number;
  /** Of its latest start; null where that has none, or keeps it here. */
  readonly verdict: VerdictSummary | null;
}

/** What a task did: what is in the store came first. */
interface Told extends Pick<AgentTaskAccount, 'attempts' | 'records'> {
  readonly stored?: readonly StoredAccount[];
}

/** What is known of a task beside its state. */
export interface TaskDetails {
  /** Its start among all starts of the project. */
  readonly number: number;
  readonly workflowId: string;
  /** Of its workflow; null before that has begun. */
  runId?: string;
  /** From 1; one that people retry starts again. */
  readonly start: number;
  /** Tokens of its first attempt where they are not what the plan says. */
  firstHold?: number | null;
  started: number | null;
  /** When it went to a person. */
  escalated?: number;
  finished: number | null;
  result: AgentTaskResult | null;
  /** What it told before it ended. */
  account: AgentTaskAccount;
  /** True when it told everything, and then ended without a result. */
  told: boolean;
  reason: string | null;
  /** Whether its workflow has begun: before that nobody can tell it anything. */
  begun: boolean;
  /** Why somebody ended it. */
  ordered?: string;
  /** In its starts before. */
  readonly earlier: Told;
  readonly archived?: Archived;
}

/** Of a task that has not begun. */
const FRESH: Omit<TaskDetails, 'number' | 'workflowId'> = {
  start: 1,
  firstHold: null,
  started: null,
  finished: null,
  result: null,
  account: NOTHING,
  told: false,
  reason: null,
  begun: false,
  earlier: NOTHING_EARLIER,
};

/** Of a task that succeeded, with everything that it told in the store. */
const TOLD_RESULT = { succeeded: true, ...UNSAID };

/** As it goes on in another run, without what is as in `FRESH` and `TOLD_RESULT`. */
export type CarriedTask = Pick<TaskDetails, 'number'> &
  Partial<Omit<TaskDetails, 'number' | 'workflowId' | 'result'>> & {
    readonly result?: (Pick<AgentTaskResult, 'manifest'> & Partial<AgentTaskResult>) | null;
  };

/** Keeps what each task told, and settles what was held for it. */
export class TaskAccounts {
  readonly #projectId: string;
  readonly #budget: ProjectBudget;
  readonly #details = new Map<string, TaskDetails>();
  /** How many starts there ever were: each workflow has an id of its own. */
  #numbered = 0;

  constructor(projectId: string, budget: ProjectBudget) {
    this.#projectId = projectId;
    this.#budget = budget;
  }

  of(id: string): TaskDetails {
    return this.#details.get(id)!;
  }

  /** A task that is new, or has another start before it. */
  enter(id: string): void {
    const before = this.#details.get(id);
    const number = this.#numbered;
    const workflowId = taskWorkflowId(this.#projectId, number, id);
    this.#numbered += 1;
    this.#budget.open(id);
    const start = (before?.start ?? 0) + 1;
    const earlier = before === undefined ? NOTHING_EARLIER : toldBy(before);
    this.#details.set(id, {
      ...FRESH,
      number,
      workflowId,
      start,
      earlier,
      ...(before?.archived === undefined ? {} : { archived: { ...before.archived, verdict: null } }),
    });
  }

  /** How many starts there were. */
  get numbered(): number {
    return this.#numbered;
  }

  /** Takes up what another run left. */
  takeUp(nodes: readonly AbridgedTask[], tasks: readonly CarriedTask[], numbered: number): void {
    this.#numbered = numbered;
    for (const [index, { id }] of nodes.entries()) {
      const { result = null, ...task } = tasks[index]!;
      const workflowId = taskWorkflowId(this.#projectId, task.number, id);
      this.#details.set(id, { ...FRESH, ...task, workflowId, result: result && { ...TOLD_RESULT, ...result } });
    }
  }

  carry(nodes: readonly AbridgedTask[]): readonly CarriedTask[] {
    return nodes.map(({ id }) => {
      const { number, workflowId: _, result, runId, begun, ...rest } = this.of(id);
      // Nobody waits for the workflow of a task that has ended.
      const atWork = rest.finished === null ? { begun, ...stated({ runId }) } : {};
      return {
        number,
        ...unlike({ ...rest, ...atWork }, FRESH),
        ...(result === null ? {} : { result: { manifest: null, ...unlike(result, TOLD_RESULT) } }),
      };
    });
  }

  /** What tasks told that are settled, for the store. O(tasks). */
  unarchived(nodes: readonly AbridgedTask[]): readonly ArchivedTask[] {
    return nodes.flatMap(({ id }) => {
      const details = this.of(id);
      const { attempts, records, stored } = toldBy(details);
      const { verdict } = details.result ?? details.account;
      const isNothing = attempts.length + records.length === 0 && stored === undefined;
      return details.finished === null || isNothing ? [] : [{ taskId: id, ...accountsOf(stored), attempts, records, verdict }];
    });
  }

  /** Keeps of what went to the store how much it is, and what it came to. */
  archive(tasks: readonly ArchivedTask[]): void {
    for (const { taskId } of tasks) {
      const details = this.of(taskId);
      const archived = { attempts: attemptsOf(details), verdict: summaryOf(details) };
      const { result } = details;
      this.#details.set(taskId, {
        ...details,
        result: result && {
          ...TOLD_RESULT,
          succeeded: result.succeeded,
          reason: result.reason,
          budgetExhausted: result.budgetExhausted,
          manifest: result.manifest,
        },
        account: result === null ? { manifest: details.account.manifest, ...WITHOUT_LISTS } : NOTHING,
        earlier: NOTHING_EARLIER,
        archived,
      });
    }
  }

  /** What the review of a task came to; null where there was none. */
  verdictOf(id: string): VerdictSummary | null {
    return summaryOf(this.of(id));
  }

  /** Whether what it will do may go to the store: what is there came before what is told. */
  mayStore(id: string): boolean {
    const { attempts, records } = this.of(id).earlier;
    return attempts.length + records.length === 0;
  }

  /** Enters what is new, and takes what first attempts are to be given: of the new tasks, then of those that are other than they were. */
  plan(added: readonly AbridgedTask[], replaced: readonly AbridgedTask[], holds: readonly (number | null)[] = []): void {
    for (const { id } of added) this.enter(id);
    for (const [index, { id }] of [...added, ...replaced].entries()) this.of(id).firstHold = holds[index] ?? null;
  }

  /** Tokens that its first attempt is given: never more than the plan says. */
  firstHold({ id, estimatedTokens }: AbridgedTask): number {
    return Math.min(estimatedTokens, this.of(id).firstHold ?? estimatedTokens);
  }

  drop(id: string): void {
    this.#details.delete(id);
  }

  /** Under which its first attempt is held. Example: `divide/0/1`, or `divide/start-2/0/1` in its second start. */
  holdKey(id: string): string {
    return attemptKey(id, this.of(id).start, 0, 1);
  }

  /** Keeps what a task tells on its way: of one that is lost later, nothing else is known. */
  learn(id: string, { manifest, verdict, attempts, settlements, records, stored }: AgentTaskAccount): void {
    const details = this.of(id);
    this.#settle(settlements);
    // What is in the store has everything that was told before.
    const before = stored === undefined ? details.account : NOTHING;
    details.account = {
      manifest,
      verdict,
      attempts: [...before.attempts, ...attempts],
      settlements: [...details.account.settlements, ...settlements],
      records: [...before.records, ...records],
      ...stated({ stored: stored ?? before.stored }),
    };
  }

  end(id: string, result: AgentTaskResult): void {
    this.of(id).result = result;
    this.#settle(result.settlements);
    // A task without tokens settles nothing; a hold it never used goes back.
    this.#budget.ledger.release(this.holdKey(id));
  }

  /** Whether it ended for want of tokens. */
  ranOut(id: string): boolean {
    const { result, reason } = this.of(id);
    return result?.budgetExhausted === true || reason === NO_TOKENS;
  }

  release(id: string): void {
    for (const { key } of this.#budget.ledger.openIn(id)) this.#budget.ledger.release(key!);
  }

  /** Of what a task did not tell, the worst must be assumed: the attempt that held tokens is lost, and spent them all. */
  chargeInFull(id: string, reason: string): void {
    const details = this.of(id);
    const lost = this.#budget.ledger.openIn(id).flatMap(({ key, reserved }): readonly AttemptReport[] => {
      const tokens = reserved.tokens ?? 0;
      const of = readAttemptKey(key!);
      this.#budget.ledger.settleInFull(key!);
      if (of === null) return [];
      return [{ ...of, outcome: 'lost', candidates: 0, tokensHeld: tokens, tokensSpent: tokens, problems: [reason] }];
    });
    details.account = { ...details.account, attempts: [...details.account.attempts, ...lost] };
  }

  records(run: AbridgedRun): readonly AbridgedRecord[] {
    const rescues = run.rescues();
    return run.nodes.map((node) => {
      const details = this.of(node.id);
      const { started, escalated, finished, result, account, archived } = details;
      const { verdict, manifest } = result ?? account;
      const { stored, ...told } = toldBy(details);
      const isVerdictStored = verdict === null && ((result ?? account).stored ?? archived?.verdict ?? null) !== null;
      return {
        node,
        state: run.state(node.id),
        startedAt: started,
        ...stated({ escalatedAt: escalated }),
        finishedAt: finished,
        ...spentFields(this.#budget.ledger.spentBy(node.id)),
        ...told,
        ...accountsOf(stored),
        verdict,
        ...(isVerdictStored ? { verdictArchived: true } : {}),
        manifest,
        ...stated({ outputs: run.outputs(node.id) }),
        reason: this.#why(run, node.id, rescues.get(node.id)),
      };
    });
  }

  /** @param told - How many are told of, which of them wait for tokens, and whether what they handed on is told too. */
  progress(
    run: AbridgedRun,
    told: { readonly most: number; readonly waiting: ReadonlySet<string>; readonly isTold: boolean },
  ): readonly TaskProgress[] {
    return run.nodes.slice(0, told.most).map(({ id, description, dependencies }) => {
      const details = this.of(id);
      const { workflowId, started, escalated, finished } = details;
      return {
        id,
        description,
        dependencies,
        state: run.state(id),
        workflowId: started === null ? null : workflowId,
        attempts: attemptsOf(details),
        tokensSpent: this.#budget.ledger.spentBy(id).tokens,
        score: this.verdictOf(id)?.score ?? null,
        ...stated({ outputs: told.isTold ? run.outputs(id) : undefined }),
        ...(told.waiting.has(id) ? { waitsForTokens: true } : {}),
        startedAt: started,
        ...stated({ escalatedAt: escalated }),
        finishedAt: finished,
      };
    });
  }

  manifestsOf(id: string): readonly ArtifactReference[] {
    const manifest = this.of(id).result?.manifest;
    return manifest == null ? [] : [manifest];
  }

  /** @param rescuer - Who made up for it. */
  #why(run: AbridgedRun, id: string, rescuer: string | undefined): string | null {
    const { reason, result } = this.of(id);
    const rescued = rescuer === undefined ? '' : `Made up for by ${rescuer.slice(0, ID_CHARACTERS)}.`;
    const why = reason ?? result?.reason ?? describeNotStarted(run, id) ?? '';
    return `${rescued} ${why}`.trim().slice(0, REASON_CHARACTERS) || null;
  }

  #settle(settlements: AgentTaskAccount['settlements']): void {
    for (const { key, tokens, microDollars = 0 } of settlements) this.#budget.ledger.settle(key, { tokens, microDollars });
  }
}

/** Everything that a task told, its starts before included. */
function toldBy({ earlier, result, account }: TaskDetails): Told {
  const { attempts, records, stored: latest } = result ?? account;
  const stored = [...(earlier.stored ?? []), ...(latest === undefined ? [] : [latest])];
  return {
    attempts: [...earlier.attempts, ...attempts],
    records: [...earlier.records, ...records],
    ...(stored.length === 0 ? {} : { stored }),
  };
}

/** How many there were, its starts before included. */
function attemptsOf(details: TaskDetails): number {
  const { attempts, stored = [] } = toldBy(details);
  return stored.reduce((sum, account) => sum + account.attempts, attempts.length + (details.archived?.attempts ?? 0));
}

/** What its review came to; null where there was none. */
function summaryOf({ result, account, archived }: TaskDetails): VerdictSummary | null {
  const { verdict: told, stored } = result ?? account;
  const verdict = told ?? stored?.verdict ?? archived?.verdict ?? null;
  return verdict && { decision: verdict.decision, score: verdict.score };
}

const accountsOf = (stored: readonly StoredAccount[] = []): Pick<ArchivedTask, 'accounts'> =>
  stored.length === 0 ? {} : { accounts: stored.map(({ account }) => account) };
