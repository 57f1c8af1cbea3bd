import type { SignalDefinition } from '@temporalio/workflow';
import { type Amount, addAmounts, NOTHING } from '../budget/amount.js';
import type { TaskOutputs } from '../graph/output-type.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import type { QualityVerdict } from '../quality/quality-gate.js';
import type { AttemptReport } from '../report/project-report.js';
import { accountForFailure } from './account-for-failure.js';
import { callActivityIn } from './activity-proxies.js';
import type { SpawnAgentResult } from './activity-types.js';
import type {
  AgentLeasing,
  AgentTaskAccount,
  AgentTaskInput,
  AgentTaskProgress,
  AgentTaskResult,
  FileExcerpt,
  HoldSettlement,
  StoredAccount,
} from './agent-task-types.js';
import { askPerson } from './ask-person.js';
import { attemptKey, reviewKey } from './attempt-key.js';
import { hasToppedUpReviews, makesAnew, sparesLostAttempts } from './changes.js';
import { nothingSpent } from './deliver.js';
import { describeCauses } from './describe-causes.js';
import { describeTask } from './describe-task.js';
import { evaluate } from './evaluate.js';
import { grantOf, holdFields, holdOf, limitOf, spentOf, without } from './hold-fields.js';
import { isCancelled } from './is-cancelled.js';
import { type HoldGrant, type HoldRequest, requestHoldSignal, taskWaitsSignal } from './messages.js';
import type { TaskPolicy } from './project-policy.js';
import { type ActivityReport, readFailure } from './read-failure.js';
import { stated } from './stated.js';
import { condition, getExternalWorkflowHandle, patched, setCurrentDetails, workflowInfo } from './temporal.js';
import { waitBeforeRetry } from './wait-before-retry.js';
import { whileProjectRuns } from './while-project-runs.js';
import { reviewWorkflowId } from './workflow-ids.js';

/** Carries one task through attempts, review, remediation and, in the end, a person. State of one run of `AgentTaskWorkflow`. */
export class AgentTask {
  readonly #input: AgentTaskInput;
  readonly #policy: TaskPolicy;
  readonly #leasing: AgentLeasing;
  readonly #attempts: AttemptReport[] = [];
  readonly #settlements: HoldSettlement[] = [];
  readonly #records: ArtifactReference[] = [];
  readonly #grants = new Map<string, HoldGrant>();
  #phase: AgentTaskProgress['phase'] = 'working';
  #remediation = 0;
  #attempt = 0;
  /** How many attempts of this remediation were lost with their worker. */
  #lost = 0;
  #verdict: QualityVerdict | null = null;
  /** What the last review had too little of. */
  #short = '';
  /** How much it would have needed; null where that is not known. */
  #neededTokens: number | null = null;
  /** What the store has of it, and how many of its records that tells of. */
  #stored: (StoredAccount & { readonly records: number }) | null = null;
  #manifest: ArtifactReference | null = null;
  #outputs: TaskOutputs | undefined;
  #excerpt: FileExcerpt | undefined;
  #budgetExhausted = false;
  /** Of the usual room for prompts: less after one that was too long. */
  #contextShare = 1;
  /** A hold whose attempt is over and whose review is not: what is known to be spent of it. */
  #open: { readonly key: string; readonly spent: Amount } | null = null;
  /** How much of each list the project knows: counted when a message has gone out, for one that is cancelled never does. */
  #told = { attempts: 0, settlements: 0, records: 0 };

  constructor(input: AgentTaskInput, policy: TaskPolicy, leasing: AgentLeasing = NO_LEASING) {
    this.#input = input;
    this.#policy = policy;
    this.#leasing = leasing;
  }

  progress(): AgentTaskProgress {
    return {
      phase: this.#phase,
      attempt: this.#attempt,
      remediation: this.#remediation,
      attempts: this.#attempts.length,
      // Also what is known of an attempt whose review goes on.
      tokensSpent: this.#settlements.reduce((sum, { tokens }) => sum + tokens, this.#open?.spent.tokens ?? 0),
      score: this.#verdict?.score ?? null,
    };
  }

  /** What the project was not told yet; all of what it did where the store has that. */
  #news(): AgentTaskAccount {
    const told = this.#deeds();
    return {
      manifest: this.#manifest,
      settlements: this.#settlements.slice(this.#told.settlements),
      ...(told.stored === undefined
        ? { ...told, attempts: told.attempts.slice(this.#told.attempts), records: told.records.slice(this.#told.records) }
        : told),
    };
  }

  /** Tells the project what is new, with what it is asked or has to know. */
  async #tell<Message extends { readonly account: AgentTaskAccount }>(
    parent: string,
    signal: SignalDefinition<[Message]>,
    message: (account: AgentTaskAccount) => Message,
  ): Promise<void> {
    const told = { attempts: this.#attempts.length, settlements: this.#settlements.length, records: this.#records.length };
    await getExternalWorkflowHandle(parent).signal(signal, message(this.#news()));
    this.#told = told;
  }

  /** Ends it without a result. What the project was not told until now is all that is left to tell. */
  abandon(): AgentTaskAccount {
    if (this.#open !== null) this.#settle(this.#open.key, this.#open.spent);
    return this.#news();
  }

  granted(grant: HoldGrant): void {
    this.#grants.set(grant.key, grant);
  }

  async run(): Promise<AgentTaskResult> {
    let feedback: readonly string[] = [];
    for (; this.#remediation <= this.#policy.maximumRemediations; this.#remediation += 1) {
      const reviewed = await this.#workAndEvaluate(feedback);
      if ('reason' in reviewed) return this.#escalate(reviewed.reason, reviewed.causes);
      const verdict = reviewed;
      if (verdict.decision === 'approve') return this.#end(true, null);
      if (verdict.decision === 'ask-person')
        return this.#escalate(`The outcome passed what could be measured, but not everything could be. ${this.#short}`.trim());
      feedback = verdict.feedback;
    }
    this.#remediation = this.#policy.maximumRemediations;
    const times = `${this.#policy.maximumRemediations} ${this.#policy.maximumRemediations === 1 ? 'remediation' : 'remediations'}`;
    return this.#escalate(`The outcome did not pass the gate after ${times}.`);
  }

  /** What was made can be gone or spoilt before it is reviewed: it is then made anew, and drawn as it was. */
  async #workAndEvaluate(feedback: readonly string[]): Promise<QualityVerdict | Failed> {
    this.#lost = 0;
    for (let first = 1; ; first = this.#attempt + 1) {
      const worked = await this.#work(feedback, first);
      if (worked.passed === null) return worked;
      try {
        return await this.#evaluate(worked);
      } catch (error) {
        const { type } = readFailure(error, limitOf(worked.grant));
        if (type === null || !SPOILT.has(type) || this.#lost >= MOST_LOST || !makesAnew()) throw error;
        this.#lost += 1;
      }
    }
  }

  /**
   * A first attempt and its retries. The hold of the attempt that passed stays open: its review is paid from it.
   *
   * @param first - Number of the first: attempts before it were made and are not counted.
   */
  async #work(feedback: readonly string[], first: number): Promise<Worked> {
    let reason = '';
    const { task, terms, holdTokens } = this.#input;
    const isEstimated = this.#remediation === 0 && terms === undefined && holdTokens < task.estimatedTokens;
    let most = first - 1 + this.#policy.maximumAttempts;
    for (this.#attempt = first; this.#attempt <= most; this.#attempt += 1) {
      const key = attemptKey(this.#input.task.id, this.#input.start ?? 1, this.#remediation, this.#attempt);
      const grant = await this.#hold(key);
      if (grant === null) {
        this.#budgetExhausted = true;
        return { passed: null, reason: 'The budget has nothing left for another attempt.' };
      }
      const outcome = await this.#attemptOnce(grant, feedback);
      if ('result' in outcome) {
        const { result } = outcome;
        this.#records.push(result.record);
        // A verdict and what it is about stay together: whatever comes later takes their place only with a verdict of its own.
        if (this.#verdict === null && result.manifest !== null) this.#keep(result);
        if (result.passed && result.manifest !== null) return { passed: { ...result, manifest: result.manifest }, grant };
        this.#settle(key, spentOf(result));
        reason = `No candidate passed its checks in ${this.#attempt} attempts.`;
        // An estimate may give too little: what the plan says gets its chance too.
        if (isEstimated) most = Math.max(first + 1, most);
        feedback = [...result.problems.slice(-3)];
      } else {
        reason = outcome.reason;
        if (outcome.lost && this.#lost < MOST_LOST && sparesLostAttempts()) {
          this.#lost += 1;
          most += 1;
        }
        if (outcome.type === TOO_LONG && patched('kamachiq.shorter-context')) this.#contextShare /= 2;
        else if (!outcome.retryable) break;
        if (this.#attempt < most) await waitBeforeRetry(outcome, this.#policy.retryDelayMilliseconds, this.#attempt, `attempt ${this.#attempt + 1}`);
      }
    }
    const causes = describeCauses(this.#attempts.filter(({ remediation }) => remediation === this.#remediation));
    return { passed: null, reason, causes };
  }

  async #attemptOnce(grant: HoldGrant, feedback: readonly string[]): Promise<AttemptOutcome> {
    const { projectId, plan, task, seed, upstream, given, start } = this.#input;
    const { key } = grant;
    const terms = this.#contextShare === 1 ? grant.terms : { ...grant.terms, contextShare: this.#contextShare };
    const hold = limitOf(grant);
    const startedAt = new Date().toISOString();
    const about = () => ({
      attempt: this.#attempt,
      remediation: this.#remediation,
      tokensHeld: hold.tokens,
      startedAt,
      finishedAt: new Date().toISOString(),
      ...(feedback.length === 0 ? {} : { feedback }),
    });
    this.#enter('working');
    try {
      const summary = `attempt ${this.#attempt}${this.#remediation > 0 ? `, remediation ${this.#remediation}` : ''}: ${task.id}`;
      const input = {
        projectId,
        plan,
        task,
        attempt: this.#attempt,
        remediation: this.#remediation,
        seed,
        ...holdFields(hold),
        feedback,
        upstream,
        ...stated({ given, terms, start, draw: this.#lost === 0 ? undefined : this.#attempt - this.#lost }),
      };
      const place = placeOf(this.#input);
      const urgency = -(place.priority?.priorityKey ?? 0);
      const result = await this.#leasing.hold({ key, group: projectId, urgency }, () => callActivityIn(place, 'spawnAgent', summary, input));
      const { passed, candidates, tokensSpent, problems, manifest, meteredBy } = result;
      this.#open = { key, spent: spentOf(result) };
      // What passed is the task's own; what did not would be lost with the attempt.
      const made = passed || manifest === null ? {} : { made: manifest };
      this.#attempts.push({
        ...about(),
        outcome: passed ? 'passed' : 'failed',
        candidates,
        tokensSpent,
        problems,
        ...made,
        ...stated({ meteredBy }),
      });
      return { result };
    } catch (error) {
      const ended = about();
      const failure = await accountForFailure(error, hold);
      this.#attempts.push({
        ...ended,
        outcome: failure.lost ? 'lost' : 'failed',
        candidates: 0,
        tokensSpent: failure.spent.tokens,
        problems: [failure.reason],
      });
      this.#settle(key, failure.spent);
      if (failure.record !== null) this.#records.push(failure.record);
      if (isCancelled()) throw error;
      return failure;
    }
  }

  /** Reviews what passed from what its attempt left; where that is too little, again from what the project can spare at once. */
  async #evaluate({ passed, grant }: Passed): Promise<QualityVerdict> {
    const { estimatedTokens } = this.#input.task;
    let verdict = await this.#review(passed, grant, spentOf(passed));
    // How much is needed is not known where nothing was left to ask with.
    for (let more = 1; more <= 2; more += 1) {
      const isShort = this.#short !== '' && this.#neededTokens !== 0 && verdict.decision === 'ask-person' && estimatedTokens > 0;
      if (!isShort || !hasToppedUpReviews()) break;
      // Half of a hold is kept for another delivery.
      const tokens = this.#neededTokens === null ? estimatedTokens : 2 * this.#neededTokens;
      const granted = await this.#hold(reviewKey(grant.key, more), { tokens, atOnce: true });
      if (granted === null) break;
      try {
        verdict = await this.#review(passed, { ...granted, ...stated({ terms: grant.terms }) }, NOTHING);
      } catch (error) {
        // One that fails takes nothing from what is known.
        if (isCancelled()) throw error;
        break;
      }
    }
    return verdict;
  }

  /** Settles a hold by what was spent of it before and what the review really spends: a provider may charge beyond it. */
  async #review(passed: Passed['passed'], grant: HoldGrant, spent: Amount): Promise<QualityVerdict> {
    const { projectId, plan, task, given, threshold, seed, storesAccount = false, reviewQueue: taskQueue } = this.#input;
    const input = {
      projectId,
      plan,
      task,
      ...(storesAccount ? { account: { attempts: [...this.#attempts], records: [...this.#records] } } : {}),
      ...stated({ given }),
      manifests: [passed.manifest],
      threshold,
      seed,
      ...holdFields(without(limitOf(grant), spent)),
      ...(grant.terms?.cheaperModel === true ? { cheaper: true } : {}),
      ...stated({ outputs: passed.outputs }),
    };
    const spending = nothingSpent();
    this.#enter('evaluating');
    try {
      const evaluated = await evaluate(`review: ${task.id}`, input, spending, { taskQueue });
      const { verdict, unscored, short = '', neededTokens = null, account, record } = evaluated;
      const { decision, score } = verdict;
      const records = this.#records.length + spending.records.length;
      // A delivery that failed after it is not told of there.
      const isWhole = (spending.records.at(-1) ?? record) === record;
      this.#stored = account !== undefined && isWhole ? { account, attempts: this.#attempts.length, verdict: { decision, score }, records } : null;
      this.#short = unscored.length > 0 && input.holdTokens === 0 ? NOTHING_LEFT : short;
      this.#neededTokens = neededTokens;
      this.#verdict = verdict;
      this.#keep(passed);
      return verdict;
    } finally {
      this.#records.push(...spending.records);
      this.#settle(grant.key, addAmounts(spent, spending.spent));
    }
  }

  /** The first attempt's tokens came with the task; every other asks the project, which may have none left. */
  async #hold(key: string, how: Partial<Pick<HoldRequest, 'tokens' | 'atOnce'>> = {}): Promise<HoldGrant | null> {
    const { task, terms } = this.#input;
    const { parent } = workflowInfo();
    const free = task.estimatedTokens === 0;
    // Also what holds nothing asks: a pause is for it too, and what it tells is settled.
    const asks = !free || (parent !== undefined && patched('kamachiq.holds-of-nothing'));
    if (this.#attempts.length === 0 || !asks) return grantOf(key, holdOf(this.#input), terms);
    if (parent === undefined) return null;
    this.#enter('waiting-for-tokens');
    const leastTokens = Math.max(
      0,
      ...this.#attempts.map(({ tokensSpent, candidates }) => (candidates === 0 ? 0 : Math.floor(tokensSpent / candidates))),
    );
    const request = { taskId: task.id, workflowId: workflowInfo().workflowId, key, tokens: task.estimatedTokens, leastTokens, ...how };
    await this.#tell(parent.workflowId, requestHoldSignal, (account) => ({ ...request, account }));
    await this.#whileProjectRuns(() => condition(() => this.#grants.has(key)));
    const grant = this.#grants.get(key)!;
    return grant.tokens < Math.min(1, task.estimatedTokens) ? null : grant;
  }

  /** What a machine can't finish goes to a person; where there is nothing to look at, to the project. */
  async #escalate(reason: string, causes = ''): Promise<AgentTaskResult> {
    if (this.#manifest === null) return this.#end(false, `${reason} ${causes}`.trim());
    const { projectId, task, threshold, reviewTimeoutMinutes } = this.#input;
    const workflowId = reviewWorkflowId(workflowInfo().workflowId);
    const parent = workflowInfo().parent;
    this.#enter('waiting-for-person');
    if (parent !== undefined) {
      await this.#tell(parent.workflowId, taskWaitsSignal, (account) => ({ taskId: task.id, reviewId: workflowId, account }));
    }
    const lastProblems = this.#attempts.at(-1)?.problems ?? [];
    const review = {
      projectId,
      subject: { kind: 'task', taskId: task.id } as const,
      reason,
      manifest: this.#manifest,
      score: this.#verdict?.score ?? null,
      threshold,
      findings: [...this.#describeOutputs(), ...(this.#verdict?.feedback ?? []), ...lastProblems, ...(causes === '' ? [] : [causes])].slice(0, 20),
      timeoutMinutes: reviewTimeoutMinutes,
      ...stated({ excerpt: this.#excerpt }),
    };
    const { approved, words } = await this.#whileProjectRuns(() => askPerson(workflowId, review));
    return this.#end(approved, `${reason} ${words} ${causes}`.trim());
  }

  /** Waits for somebody who may not come any more where the project has ended. */
  #whileProjectRuns<Result>(wait: () => Promise<Result>): Promise<Result> {
    return this.#input.outlives === true ? whileProjectRuns(wait) : wait();
  }

  /** What was made and what is handed on belong together. */
  #keep({ manifest, outputs, excerpt }: SpawnAgentResult): void {
    this.#manifest = manifest;
    this.#outputs = outputs;
    this.#excerpt = excerpt;
  }

  /** What a person decides about besides the files. */
  #describeOutputs(): readonly string[] {
    return this.#outputs === undefined ? [] : [`It hands on ${JSON.stringify(this.#outputs).slice(0, OUTPUT_CHARACTERS)}`];
  }

  #enter(phase: AgentTaskProgress['phase']): void {
    this.#phase = phase;
    setCurrentDetails(describeTask(this.#input.task.description, this.progress(), this.#attempts, this.#excerpt));
  }

  #settle(key: string, { tokens, microDollars }: Amount): void {
    this.#settlements.push({ key, tokens, ...(microDollars === 0 ? {} : { microDollars }) });
    this.#open = null;
  }

  #end(succeeded: boolean, reason: string | null): AgentTaskResult {
    this.#enter('ended');
    return {
      succeeded,
      reason,
      budgetExhausted: this.#budgetExhausted && !succeeded,
      manifest: this.#manifest,
      settlements: this.#settlements,
      ...this.#deeds(),
      ...stated({ outputs: this.#outputs }),
    };
  }

  /** What it did: by reference where the store has all of it. */
  #deeds(): Pick<AgentTaskAccount, 'attempts' | 'records' | 'verdict' | 'stored'> {
    if (this.#stored?.attempts !== this.#attempts.length || this.#stored.records !== this.#records.length)
      return { attempts: this.#attempts, records: this.#records, verdict: this.#verdict };
    const { records: _, ...stored } = this.#stored;
    return { attempts: [], records: [], verdict: null, stored };
  }
}

/** Where an agent waits for a worker: beside those of other projects, each of which gets its turn. */
function placeOf({ agents, projectId }: AgentTaskInput) {
  if (agents === undefined) return {};
  const { taskQueue, priorityKey } = agents;
  return { taskQueue, priority: { priorityKey, fairnessKey: encodeURIComponent(projectId.toWellFormed()).slice(0, FAIRNESS_KEY_BYTES) } };
}

/** The most that the server takes. */
const FAIRNESS_KEY_BYTES = 64;

const NO_LEASING: AgentLeasing = { hold: (_terms, work) => work() };

/** A prompt that the model can't attend to: with less of it, another attempt may pass. */
const TOO_LONG = 'kamachiq.model.context-too-long';

/** Most characters of what is handed on that a person is shown; all of it is in the manifest. */
const OUTPUT_CHARACTERS = 2_000;

/** Why a review could not read what was made. */
const SPOILT: ReadonlySet<string> = new Set(['kamachiq.artifact.corrupted', 'kamachiq.artifact.missing']);

/** How many lost attempts are made anew: a task may be what its worker dies of. */
const MOST_LOST = 5;

/** Why a model was not asked that nothing could be asked with. */
const NOTHING_LEFT = 'Its attempt left no tokens for a model to review it with.';

interface Passed {
  readonly passed: SpawnAgentResult & { readonly manifest: ArtifactReference };
  readonly grant: HoldGrant;
}

interface Failed {
  readonly passed: null;
  readonly reason: string;
  readonly causes?: string;
}

type Worked = Passed | Failed;

type AttemptOutcome = { readonly result: SpawnAgentResult } | ActivityReport;
