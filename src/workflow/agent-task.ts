import type { SignalDefinition } from '@temporalio/workflow';
import type { TaskOutputs } from '../graph/output-type.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import type { QualityVerdict } from '../quality/quality-gate.js';
import type { AttemptReport } from '../report/project-report.js';
import { callActivity } from './activity-proxies.js';
import type { SpawnAgentResult } from './activity-types.js';
import type { AgentTaskAccount, AgentTaskInput, AgentTaskProgress, AgentTaskResult, HoldSettlement } from './agent-task-types.js';
import { askPerson } from './ask-person.js';
import { nothingSpent } from './deliver.js';
import { describeTask } from './describe-task.js';
import { evaluate } from './evaluate.js';
import { type HoldGrant, requestHoldSignal, taskWaitsSignal } from './messages.js';
import type { TaskPolicy } from './project-policy.js';
import { type ActivityReport, readFailure } from './read-failure.js';
import { CancellationScope, condition, getExternalWorkflowHandle, setCurrentDetails, workflowInfo } from './temporal.js';
import { waitBeforeRetry } from './wait-before-retry.js';
import { reviewWorkflowId } from './workflow-ids.js';

/** Carries one task through attempts, review, remediation and, in the end, a person. State of one run of `AgentTaskWorkflow`. */
export class AgentTask {
  readonly #input: AgentTaskInput;
  readonly #policy: TaskPolicy;
  readonly #attempts: AttemptReport[] = [];
  readonly #settlements: HoldSettlement[] = [];
  readonly #records: ArtifactReference[] = [];
  readonly #grants = new Map<string, number>();
  #phase: AgentTaskProgress['phase'] = 'working';
  #remediation = 0;
  #attempt = 0;
  #verdict: QualityVerdict | null = null;
  #manifest: ArtifactReference | null = null;
  #outputs: TaskOutputs | undefined;
  #budgetExhausted = false;
  /** A hold whose attempt is over and whose review is not: what is known to be spent of it. */
  #open: HoldSettlement | null = null;
  /** How much of each list the project knows: counted when a message has gone out, for one that is cancelled never does. */
  #told = { attempts: 0, settlements: 0, records: 0 };

  constructor(input: AgentTaskInput, policy: TaskPolicy) {
    this.#input = input;
    this.#policy = policy;
  }

  progress(): AgentTaskProgress {
    return {
      phase: this.#phase,
      attempt: this.#attempt,
      remediation: this.#remediation,
      attempts: this.#attempts.length,
      tokensSpent: this.#settlements.reduce((sum, { tokens }) => sum + tokens, 0),
      score: this.#verdict?.score ?? null,
    };
  }

  /** What the project was not told yet. */
  #news(): AgentTaskAccount {
    return {
      manifest: this.#manifest,
      verdict: this.#verdict,
      attempts: this.#attempts.slice(this.#told.attempts),
      settlements: this.#settlements.slice(this.#told.settlements),
      records: this.#records.slice(this.#told.records),
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
    if (this.#open !== null) this.#settle(this.#open.key, this.#open.tokens);
    return this.#news();
  }

  granted({ key, tokens }: HoldGrant): void {
    this.#grants.set(key, tokens);
  }

  async run(): Promise<AgentTaskResult> {
    let feedback: readonly string[] = [];
    for (; this.#remediation <= this.#policy.maximumRemediations; this.#remediation += 1) {
      const worked = await this.#work(feedback);
      if (worked.passed === null) return this.#escalate(worked.reason);
      const verdict = await this.#evaluate(worked);
      if (verdict.decision === 'approve') return this.#end(true, null);
      if (verdict.decision === 'ask-person') return this.#escalate('The outcome passed what could be measured, but not everything could be.');
      feedback = verdict.feedback;
    }
    const times = `${this.#policy.maximumRemediations} ${this.#policy.maximumRemediations === 1 ? 'remediation' : 'remediations'}`;
    return this.#escalate(`The outcome did not pass the gate after ${times}.`);
  }

  /** A first attempt and its retries. The hold of the attempt that passed stays open: its review is paid from it. */
  async #work(feedback: readonly string[]): Promise<Worked> {
    let reason = '';
    for (this.#attempt = 1; this.#attempt <= this.#policy.maximumAttempts; this.#attempt += 1) {
      const key = `${this.#input.task.id}/${this.#remediation}/${this.#attempt}`;
      const holdTokens = await this.#hold(key);
      if (holdTokens === null) {
        this.#budgetExhausted = true;
        return { passed: null, reason: 'The budget has no tokens left for another attempt.' };
      }
      const outcome = await this.#attemptOnce(key, holdTokens, feedback);
      if ('result' in outcome) {
        const { result } = outcome;
        this.#records.push(result.record);
        // A verdict and what it is about stay together: whatever comes later takes their place only with a verdict of its own.
        if (this.#verdict === null && result.manifest !== null) this.#keep(result);
        if (result.passed && result.manifest !== null) return { passed: { ...result, manifest: result.manifest }, key, holdTokens };
        this.#settle(key, result.tokensSpent);
        reason = `No candidate passed its checks in ${this.#attempt} attempts.`;
        feedback = [...result.problems.slice(-3)];
      } else {
        reason = outcome.reason;
        if (!outcome.retryable) break;
        if (this.#attempt < this.#policy.maximumAttempts)
          await waitBeforeRetry(outcome, this.#policy.retryDelayMilliseconds, this.#attempt, `attempt ${this.#attempt + 1}`);
      }
    }
    return { passed: null, reason };
  }

  async #attemptOnce(key: string, holdTokens: number, feedback: readonly string[]): Promise<AttemptOutcome> {
    const { projectId, plan, task, seed, upstream, given } = this.#input;
    const startedAt = new Date().toISOString();
    const about = () => ({
      attempt: this.#attempt,
      remediation: this.#remediation,
      tokensHeld: holdTokens,
      startedAt,
      finishedAt: new Date().toISOString(),
      ...(feedback.length === 0 ? {} : { feedback }),
    });
    this.#enter('working');
    try {
      const summary = `attempt ${this.#attempt}${this.#remediation > 0 ? `, remediation ${this.#remediation}` : ''}: ${task.id}`;
      const result = await callActivity('spawnAgent', summary, {
        projectId,
        plan,
        task,
        attempt: this.#attempt,
        remediation: this.#remediation,
        seed,
        holdTokens,
        feedback,
        upstream,
        ...(given === undefined ? {} : { given }),
      });
      const { passed, candidates, tokensSpent, problems } = result;
      this.#open = { key, tokens: tokensSpent };
      this.#attempts.push({ ...about(), outcome: passed ? 'passed' : 'failed', candidates, tokensSpent, problems });
      return { result };
    } catch (error) {
      const failure = readFailure(error, holdTokens);
      this.#attempts.push({
        ...about(),
        outcome: failure.lost ? 'lost' : 'failed',
        candidates: 0,
        tokensSpent: failure.tokensSpent,
        problems: [failure.reason],
      });
      this.#settle(key, failure.tokensSpent);
      if (failure.record !== null) this.#records.push(failure.record);
      if (CancellationScope.current().consideredCancelled) throw error;
      return failure;
    }
  }

  /** Reviews what passed, and settles its hold by what both really spent: a provider may charge beyond it. */
  async #evaluate({ passed, key, holdTokens }: Passed): Promise<QualityVerdict> {
    const { projectId, plan, task, given, threshold, seed } = this.#input;
    const { tokensSpent } = passed;
    const input = {
      projectId,
      plan,
      task,
      ...(given === undefined ? {} : { given }),
      manifests: [passed.manifest],
      threshold,
      seed,
      holdTokens: Math.max(0, holdTokens - tokensSpent),
      ...handsOn(passed),
    };
    const spending = nothingSpent();
    this.#enter('evaluating');
    try {
      const { verdict } = await evaluate(`review: ${task.id}`, input, spending);
      this.#verdict = verdict;
      this.#keep(passed);
      return verdict;
    } finally {
      this.#records.push(...spending.records);
      this.#settle(key, tokensSpent + spending.tokensSpent);
    }
  }

  /** The first attempt's tokens came with the task; every other asks the project, which may have none left. */
  async #hold(key: string): Promise<number | null> {
    const { holdTokens, task } = this.#input;
    if (this.#attempts.length === 0 || task.estimatedTokens === 0) return holdTokens;
    const parent = workflowInfo().parent;
    if (parent === undefined) return null;
    this.#enter('waiting-for-tokens');
    const request = { taskId: task.id, workflowId: workflowInfo().workflowId, key, tokens: task.estimatedTokens };
    await this.#tell(parent.workflowId, requestHoldSignal, (account) => ({ ...request, account }));
    await condition(() => this.#grants.has(key));
    const tokens = this.#grants.get(key)!;
    return tokens === 0 ? null : tokens;
  }

  /** What a machine can't finish goes to a person; where there is nothing to look at, to the project. */
  async #escalate(reason: string): Promise<AgentTaskResult> {
    if (this.#manifest === null) return this.#end(false, reason);
    const { projectId, task, threshold, reviewTimeoutMinutes } = this.#input;
    const workflowId = reviewWorkflowId(workflowInfo().workflowId);
    const parent = workflowInfo().parent;
    this.#enter('waiting-for-person');
    if (parent !== undefined) {
      await this.#tell(parent.workflowId, taskWaitsSignal, (account) => ({ taskId: task.id, reviewId: workflowId, account }));
    }
    const lastProblems = this.#attempts.at(-1)?.problems ?? [];
    const { approved, words } = await askPerson(workflowId, {
      projectId,
      subject: { kind: 'task', taskId: task.id },
      reason,
      manifest: this.#manifest,
      score: this.#verdict?.score ?? null,
      threshold,
      findings: [...this.#describeOutputs(), ...(this.#verdict?.feedback ?? []), ...lastProblems].slice(0, 20),
      timeoutMinutes: reviewTimeoutMinutes,
    });
    return this.#end(approved, `${reason} ${words}`);
  }

  /** What was made and what is handed on belong together. */
  #keep({ manifest, outputs }: SpawnAgentResult): void {
    this.#manifest = manifest;
    this.#outputs = outputs;
  }

  /** What a person decides about besides the files. */
  #describeOutputs(): readonly string[] {
    return this.#outputs === undefined ? [] : [`It hands on ${JSON.stringify(this.#outputs).slice(0, OUTPUT_CHARACTERS)}`];
  }

  #enter(phase: AgentTaskProgress['phase']): void {
    this.#phase = phase;
    setCurrentDetails(describeTask(this.#input.task.description, this.progress(), this.#attempts));
  }

  #settle(key: string, tokens: number): void {
    this.#settlements.push({ key, tokens });
    this.#open = null;
  }

  #end(succeeded: boolean, reason: string | null): AgentTaskResult {
    this.#enter('ended');
    return {
      succeeded,
      reason,
      budgetExhausted: this.#budgetExhausted && !succeeded,
      manifest: this.#manifest,
      verdict: this.#verdict,
      attempts: this.#attempts,
      settlements: this.#settlements,
      records: this.#records,
      ...handsOn({ outputs: this.#outputs }),
    };
  }
}

/** Most characters of what is handed on that a person is shown; all of it is in the manifest. */
const OUTPUT_CHARACTERS = 2_000;

const handsOn = ({ outputs }: { readonly outputs?: TaskOutputs | undefined }) => (outputs === undefined ? {} : { outputs });

interface Passed {
  readonly passed: SpawnAgentResult & { readonly manifest: ArtifactReference };
  readonly key: string;
  readonly holdTokens: number;
}

type Worked = Passed | { readonly passed: null; readonly reason: string };

type AttemptOutcome = { readonly result: SpawnAgentResult } | ActivityReport;
