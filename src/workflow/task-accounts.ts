import type { TaskOutputs } from '../graph/output-type.js';
import type { GraphRun } from '../graph/run/graph-run.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import type { AttemptReport } from '../report/project-report.js';
import type { TaskRecord } from './activity-types.js';
import type { AgentTaskAccount, AgentTaskResult } from './agent-task-types.js';
import { attemptKey } from './attempt-key.js';
import { describeNotStarted } from './describe-not-started.js';
import { spentFields } from './hold-fields.js';
import type { ProjectBudget } from './project-budget.js';
import type { TaskProgress } from './project-types.js';
import { taskWorkflowId } from './workflow-ids.js';

/** Most characters of the reason for which a task ended: it may quote a provider, a person or a host's own workflow. */
const REASON_CHARACTERS = 2_000;
const ID_CHARACTERS = 200;

const NOTHING: AgentTaskAccount = { manifest: null, verdict: null, attempts: [], settlements: [], records: [] };

/** What is known of a task beside its state. */
export interface TaskDetails {
  readonly workflowId: string;
  /** From 1; one that people retry starts again. */
  readonly start: number;
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
  /** Attempts and records of its starts before. */
  readonly earlier: Pick<AgentTaskAccount, 'attempts' | 'records'>;
}

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
    const workflowId = taskWorkflowId(this.#projectId, this.#numbered, id);
    this.#numbered += 1;
    this.#budget.open(id);
    const start = (before?.start ?? 0) + 1;
    const earlier = before === undefined ? NOTHING : toldBy(before);
    this.#details.set(id, {
      workflowId,
      start,
      started: null,
      finished: null,
      result: null,
      account: NOTHING,
      told: false,
      reason: null,
      begun: false,
      earlier,
    });
  }

  drop(id: string): void {
    this.#details.delete(id);
  }

  /** Under which its first attempt is held. Example: `divide/0/1`, or `divide/start-2/0/1` in its second start. */
  holdKey(id: string): string {
    return attemptKey(id, this.of(id).start, 0, 1);
  }

  /** Keeps what a task tells on its way: of one that is lost later, nothing else is known. */
  learn(id: string, { manifest, verdict, attempts, settlements, records }: AgentTaskAccount): void {
    const details = this.of(id);
    this.#settle(settlements);
    details.account = {
      manifest,
      verdict,
      attempts: [...details.account.attempts, ...attempts],
      settlements: [...details.account.settlements, ...settlements],
      records: [...details.account.records, ...records],
    };
  }

  end(id: string, result: AgentTaskResult): void {
    this.of(id).result = result;
    this.#settle(result.settlements);
    // A task without tokens settles nothing; a hold it never used goes back.
    this.#budget.ledger.release(this.holdKey(id));
  }

  release(id: string): void {
    for (const { key } of this.#budget.ledger.openIn(id)) this.#budget.ledger.release(key!);
  }

  /** Of what a task did not tell, the worst must be assumed: the attempt that held tokens is lost, and spent them all. */
  chargeInFull(id: string, reason: string): void {
    const details = this.of(id);
    const lost = this.#budget.ledger.openIn(id).map(({ key, reserved }): AttemptReport => {
      const tokens = reserved.tokens ?? 0;
      const [remediation, attempt] = key!.split('/').slice(-2).map(Number) as [number, number];
      this.#budget.ledger.settleInFull(key!);
      return { attempt, remediation, outcome: 'lost', candidates: 0, tokensHeld: tokens, tokensSpent: tokens, problems: [reason] };
    });
    details.account = { ...details.account, attempts: [...details.account.attempts, ...lost] };
  }

  records(run: GraphRun): readonly TaskRecord[] {
    const rescues = run.rescues();
    return run.nodes.map((node) => {
      const details = this.of(node.id);
      const { started, escalated, finished, result, account } = details;
      const { verdict, manifest } = result ?? account;
      return {
        node,
        state: run.state(node.id),
        startedAt: started,
        ...(escalated === undefined ? {} : { escalatedAt: escalated }),
        finishedAt: finished,
        ...spentFields(this.#budget.ledger.spentBy(node.id)),
        ...toldBy(details),
        verdict,
        manifest,
        ...handedOn(run.outputs(node.id)),
        reason: this.#why(run, node.id, rescues.get(node.id)),
      };
    });
  }

  progress(run: GraphRun, outputsOf: (id: string) => TaskOutputs | undefined): readonly TaskProgress[] {
    return run.nodes.map(({ id, description, dependencies }) => {
      const details = this.of(id);
      const { workflowId, started, escalated, finished, result, account } = details;
      return {
        id,
        description,
        dependencies,
        state: run.state(id),
        workflowId: started === null ? null : workflowId,
        attempts: toldBy(details).attempts.length,
        tokensSpent: this.#budget.ledger.spentBy(id).tokens,
        score: (result ?? account).verdict?.score ?? null,
        ...handedOn(outputsOf(id)),
        startedAt: started,
        ...(escalated === undefined ? {} : { escalatedAt: escalated }),
        finishedAt: finished,
      };
    });
  }

  manifestsOf(id: string): readonly ArtifactReference[] {
    const manifest = this.of(id).result?.manifest;
    return manifest == null ? [] : [manifest];
  }

  /** @param rescuer - Who made up for it. */
  #why(run: GraphRun, id: string, rescuer: string | undefined): string | null {
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
const toldBy = ({ earlier, result, account }: TaskDetails): Pick<AgentTaskAccount, 'attempts' | 'records'> => {
  const { attempts, records } = result ?? account;
  return { attempts: [...earlier.attempts, ...attempts], records: [...earlier.records, ...records] };
};

const handedOn = (outputs: TaskOutputs | undefined) => (outputs === undefined ? {} : { outputs });
