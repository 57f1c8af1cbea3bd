import assert from 'node:assert/strict';
import { dearestToken } from '../agents/cost-of-call.js';
import { MeteredModel } from '../agents/metered-model.js';
import type { TaskNode } from '../graph/task-node.js';
import type { SampledTaskTemplate } from '../planning/task-template.js';
import type { AgentContext, AgentOutcome, AgentProgress, AgentRequest, AgentRunner } from '../ports/agent-runner.js';
import type { LanguageModel } from '../ports/language-model.js';
import type { Sandbox } from '../ports/sandbox.js';
import { assertTyped } from './assert-typed.js';
import type { ContractRunner } from './contract-runner.js';
import { openOnce } from './open-once.js';
import { WatchedCalls } from './watched-calls.js';

/** What the contract of a runner is tried with. @public */
export interface AgentRunnerContract {
  /** Makes a runner whose agent writes `answer.py` with a function `answer` that returns 42, whatever it is asked. Called once. */
  createRunner(): Promise<AgentRunner>;
  /** Makes one whose model answers no call, but with an error. Called once. */
  createBrokenRunner(): Promise<AgentRunner>;
  /** What the attempts' own model is; a runner that brings models of its own need not ask it. Called once. */
  createModel(): Promise<LanguageModel>;
  /** Executes Python. Called once. */
  createSandbox(): Promise<Sandbox>;
}

/**
 * The contract of {@link AgentRunner} as a suite: it spends no more than is held, writes what is declared, is believed in nothing, stops when it is told to,
 * and says what went wrong.
 *
 * @public
 */
export function describeAgentRunner({ describe, it, afterAll }: ContractRunner, contract: AgentRunnerContract): void {
  describe('an agent runner', () => {
    const openRunner = openOnce({ afterAll }, () => contract.createRunner());
    const openBrokenRunner = openOnce({ afterAll }, () => contract.createBrokenRunner());
    const openModel = openOnce({ afterAll }, () => contract.createModel());
    const openSandbox = openOnce({ afterAll }, () => contract.createSandbox());
    const attempt = async (tokens: number, rest: Partial<AgentRequest> = {}) => new Attempt(await openModel(), await openSandbox(), tokens, rest);

    it('names itself', async () => {
      const { specificationVersion, id } = await openRunner();
      assert.equal(specificationVersion, 1);
      assert.match(id, /^\S+$/);
    });

    it('does a task: what is declared is written, every check was executed, every call was metered', async () => {
      const { run, meter, progress } = await attempt(PLENTY);
      const outcome = await run(await openRunner());
      assert.deepEqual([outcome.passed, outcome.problems], [true, []]);
      assert.deepEqual(pathsOf(outcome), ['answer.py']);
      assert.deepEqual(
        outcome.checks.map(({ passed }) => passed),
        [true],
      );
      assert.ok(outcome.files.every(({ madeBy }) => madeBy.kind === 'model'));
      assert.ok(meter.records.length > 0 && meter.spent.tokens > 0);
      for (const told of progress) assert.ok(told.tokensSpent <= PLENTY && told.checksPassed <= told.checksTotal, JSON.stringify(told));
    });

    it('charges no more than the price that it says, or the model', async () => {
      const { run, meter } = await attempt(PLENTY);
      const runner = await openRunner();
      await run(runner);
      const dearest = Math.max(dearestToken(runner.price), dearestToken((await openModel()).price));
      // Each call is rounded up.
      const most = meter.spent.tokens * dearest + meter.records.length;
      assert.ok(meter.spent.microDollars <= (dearest === 0 ? 0 : most), `${meter.spent.microDollars} of ${most}`);
    });

    it('passes nothing that fails its checks, and ends where its terms say so', async () => {
      const { run, meter } = await attempt(PLENTY, { template: template(43), terms: { maximumCandidates: 2 } });
      const outcome = await run(await openRunner());
      assert.equal(outcome.passed, false);
      assert.ok(outcome.candidates <= 2);
      assert.notEqual(outcome.problems.length, 0);
      assert.ok(meter.spent.tokens <= PLENTY);
    });

    it('keeps nothing that was not declared', async () => {
      for (const writes of [['other.py'], ['../answer.py'], []]) {
        const { run } = await attempt(PLENTY, { task: task(writes), terms: { maximumCandidates: 2 } });
        const outcome = await run(await openRunner());
        assert.equal(outcome.passed, false);
        assert.deepEqual(
          pathsOf(outcome).filter((path) => path !== 'other.py'),
          [],
        );
      }
    });

    it('spends no more than is held, and says so where that is too little', async () => {
      for (const tokens of [0, 100, 5_000]) {
        const { run, meter } = await attempt(tokens, { template: template(43), terms: { maximumCandidates: 1 } });
        const outcome = await run(await openRunner());
        assert.equal(outcome.passed, false);
        assert.notEqual(outcome.problems.length, 0);
        assert.ok(meter.spent.tokens <= tokens, `${meter.spent.tokens} of ${tokens}`);
        assert.deepEqual(meter.held, { tokens: 0, microDollars: 0 });
      }
    });

    it('begins nothing that was cancelled', async () => {
      const cancelled = await attempt(PLENTY);
      cancelled.abort();
      await assert.rejects(cancelled.run(await openRunner()), assertTyped);
      assert.deepEqual(cancelled.meter.records, []);
    });

    it('makes no call once it is cancelled', async () => {
      const cancelled = await attempt(PLENTY, { template: template(43) });
      cancelled.abortAtCall(2);
      await assert.rejects(cancelled.run(await openRunner()), assertTyped);
      assert.deepEqual([cancelled.calls, cancelled.meter.records.length], [2, 1]);
      assert.deepEqual(cancelled.meter.held, { tokens: 0, microDollars: 0 });
    });

    it('works on several tasks at once, each by itself', async () => {
      const attempts = await Promise.all([PLENTY, 0, PLENTY].map((tokens) => attempt(tokens)));
      const runner = await openRunner();
      const outcomes = await Promise.all(attempts.map(({ run }) => run(runner)));
      assert.deepEqual(
        outcomes.map(({ passed }) => passed),
        [true, false, true],
      );
    });

    it('says what went wrong in an error with a code and a remedy', async () => {
      const { run, meter } = await attempt(PLENTY);
      await assert.rejects(run(await openBrokenRunner()), assertTyped);
      assert.deepEqual(meter.held, { tokens: 0, microDollars: 0 });
    });
  });
}

/** Tokens for a dozen calls. */
const PLENTY = 30_000;

/** One attempt at the task, and what can be seen of it. */
class Attempt extends WatchedCalls {
  readonly progress: AgentProgress[] = [];
  readonly #context: AgentContext;
  readonly #request: AgentRequest;

  constructor(model: LanguageModel, sandbox: Sandbox, tokens: number, rest: Partial<AgentRequest>) {
    super(tokens, 'answer/0/1');
    const { meter, signal } = this;
    this.#context = { model: new MeteredModel(model, meter), meter, sandbox, signal, onProgress: (progress) => this.progress.push(progress) };
    this.#request = {
      projectId: 'contract',
      task: task(['answer.py']),
      template: template(42),
      instructions: 'You write small, correct code and nothing else.',
      attempt: 1,
      remediation: 0,
      feedback: [],
      files: [],
      seed: 7,
      ...rest,
    };
  }

  readonly run = async (runner: AgentRunner): Promise<AgentOutcome> => runner.doRun(this.#request, this.#context);
}

const task = (writes: readonly string[]): TaskNode => ({
  id: 'answer',
  type: 'code',
  description: 'Write the function answer(), which returns 42.',
  dependencies: [],
  estimatedTokens: 1_000,
  inputs: {},
  writes,
  successCriteria: ['answer() returns 42'],
});

const template = (value: number): SampledTaskTemplate => ({
  kind: 'sampled',
  name: 'contract-answer',
  version: '1',
  language: 'python',
  findInputProblems: () => [],
  checks: () => [
    {
      id: 'answer',
      description: `answer() returns ${value}`,
      invocation: { kind: 'call', module: 'answer', function: 'answer', arguments: [] },
      expected: { kind: 'returns', value },
    },
  ],
  prompt: ({ description, instructions }) => ({
    messages: [
      { role: 'system', text: instructions },
      { role: 'user', text: description },
    ],
    maxOutputTokens: 200,
  }),
  assemble: (text) => ({ files: [{ path: 'answer.py', text }], problems: [] }),
});

const pathsOf = ({ files }: AgentOutcome) => files.map(({ path }) => path);
