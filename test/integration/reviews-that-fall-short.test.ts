import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { TaskNode } from 'kamachiq';
import type { ProjectResult, RegisteredActivities, ReportedTask } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpacked } from '../../src/workflow/packed-json.js';
import { reference, runProject, scriptedActivities, smallProject, startTimeSkipping, verdict } from '../support/scripted-activities.js';
import { documentTask, specWithTasks } from '../support/specs.js';

/* Reviews that have too little, and what comes after them fails or takes from others: the real workflows, with scripted activities. */

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTimeSkipping();
});
afterAll(async () => environment?.teardown());

type Evaluate = RegisteredActivities['kamachiq.evaluateQuality'];
type Evaluation = Awaited<ReturnType<Evaluate>>;

const evaluated = (rest: Partial<Evaluation> = {}): Evaluation => ({
  verdict: verdict('ask-person'),
  unscored: ['style'],
  checks: [],
  tokensSpent: 0,
  manifest: reference('9'),
  record: reference('c'),
  ...rest,
});
const approved = (rest: Partial<Evaluation> = {}) => evaluated({ verdict: verdict('approve'), unscored: [], ...rest });
const short = (neededTokens: number, rest: Partial<Evaluation> = {}) => evaluated({ short: 'It had too few tokens.', neededTokens, ...rest });
const failure = (type: string, nonRetryable = false) =>
  ApplicationFailure.create({ type, message: type, nonRetryable, details: [{ tokensSpent: 0, retryAfterMilliseconds: null, record: null }] });

interface Ended {
  readonly result: ProjectResult;
  readonly tasks: readonly ReportedTask[];
}

async function run(
  nodes: readonly TaskNode[],
  budgetTotal: number,
  overrides: Partial<RegisteredActivities>,
  budgetDollars?: number,
): Promise<Ended> {
  let tasks: readonly ReportedTask[] = [];
  const scripted = scriptedActivities();
  const activities = scriptedActivities({
    ...overrides,
    'kamachiq.finalizeProject': async (input) => {
      tasks = unpacked(input.tasks);
      return scripted['kamachiq.finalizeProject'](input);
    },
  });
  const spec = specWithTasks(nodes, { budgetTotal, ...(budgetDollars === undefined ? {} : { budgetDollars }) });
  const result = await runProject(environment, activities, { ...smallProject(), spec, reviewTimeoutMinutes: 1 });
  return { result, tasks };
}

const made = (tokensSpent: number) => ({
  passed: true,
  manifest: reference('a'),
  record: reference('b'),
  candidates: 1,
  tokensSpent,
  problems: [],
});

describe('a review that had too little', () => {
  it('stands where a further delivery of it fails again and again', async () => {
    let asked = 0;
    const { tasks } = await run([documentTask('a', [], { estimatedTokens: 4_000 })], 5_000, {
      'kamachiq.evaluateQuality': async ({ holdTokens }) => {
        if (holdTokens === 0) return evaluated();
        asked += 1;
        if (asked === 1) return short(2_500, { tokensSpent: 500 });
        throw failure('kamachiq.model.rate-limited');
      },
    });
    // The one that was short, and three more deliveries of it.
    expect(asked).toBe(4);
    expect(tasks[0]).toMatchObject({
      verdict: { decision: 'ask-person' },
      tokensSpent: 600,
      reason: expect.stringContaining('not everything could be'),
    });
  });

  it('stands where that is the review of the whole', async () => {
    const { result } = await run([documentTask('a', [], { estimatedTokens: 4_000 })], 20_000, {
      'kamachiq.evaluateQuality': async ({ task, holdTokens }) => {
        if (task !== null) return approved();
        if (holdTokens === 0) return evaluated();
        if (holdTokens < 10_500) return short(9_500, { tokensSpent: 500 });
        throw failure('kamachiq.model.overloaded');
      },
    });
    expect(result).toMatchObject({ status: 'rejected', reason: expect.stringContaining('did not pass the gate') });
  });

  it('stands where the one from what the project can spare fails', async () => {
    const { tasks } = await run([documentTask('a', [], { estimatedTokens: 1_000 })], 20_000, {
      'kamachiq.spawnAgent': async () => made(1_000),
      'kamachiq.evaluateQuality': async ({ holdTokens }) => {
        if (holdTokens > 0) throw failure('kamachiq.model.unauthorized', true);
        return evaluated();
      },
    });
    expect(tasks[0]).toMatchObject({ verdict: { decision: 'ask-person' }, reason: expect.stringContaining('not everything could be') });
  });

  it('takes nothing that other tasks are planned with', async () => {
    const nodes = [
      documentTask('extra', [], { estimatedTokens: 1_000, optional: true }),
      documentTask('next', [], { estimatedTokens: 1_000 }),
      documentTask('last', ['next'], { estimatedTokens: 3_000 }),
    ];
    let reviewed = () => undefined as unknown;
    const afterReview = new Promise((resolve) => {
      reviewed = () => resolve(null);
    });
    const { tasks } = await run(nodes, 5_900, {
      'kamachiq.spawnAgent': async ({ task, holdTokens }) => {
        if (task.id === 'next') await afterReview;
        return made(task.id === 'extra' ? 800 : holdTokens);
      },
      'kamachiq.evaluateQuality': async ({ task, holdTokens }) => {
        if (task?.id !== 'extra') return approved();
        if (holdTokens === 0) return evaluated();
        reviewed();
        return holdTokens < 3_000 ? short(1_700) : approved({ tokensSpent: 3_300 });
      },
    });
    expect(tasks.find(({ node }) => node.id === 'last')).toMatchObject({ state: 'succeeded', attempts: [{ tokensHeld: 3_000 }] });
  });

  it('of the whole leaves the cheaper model what that needs', async () => {
    const scripted = scriptedActivities();
    const judged: string[] = [];
    const { result } = await run(
      [documentTask('a', [], { estimatedTokens: 1_000 })],
      10_000,
      {
        'kamachiq.decomposeProject': async (input) => ({
          ...(await scripted['kamachiq.decomposeProject'](input)),
          prices: { usual: 10, cheaper: 1 },
        }),
        'kamachiq.spawnAgent': async () => ({ ...made(100), microDollarsSpent: 1_000 }),
        'kamachiq.evaluateQuality': async ({ task, holdTokens, holdMicroDollars = 0, cheaper = false }) => {
          if (task !== null) return approved();
          if (holdTokens === 0) return evaluated();
          judged.push(cheaper ? 'cheaper' : 'usual');
          // Four questions of 300 tokens each, as far as the money goes.
          const price = cheaper ? 1 : 10;
          const asked = Math.min(4, Math.floor(holdMicroDollars / (300 * price)));
          const spent = { tokensSpent: asked * 300, microDollarsSpent: asked * 300 * price };
          return asked === 4 ? approved(spent) : short(1_200, spent);
        },
      },
      0.011,
    );
    expect(judged).toEqual(['usual', 'cheaper']);
    expect(result.status).toBe('approved');
  });
});

describe('a task that is tried once', () => {
  it('is tried once also where its hold was estimated, unless that is why it failed', async () => {
    const scripted = scriptedActivities();
    const attempts: number[] = [];
    const activities = scriptedActivities({
      'kamachiq.decomposeProject': async (input) => ({ ...(await scripted['kamachiq.decomposeProject'](input)), holds: [3_900] }),
      'kamachiq.spawnAgent': async ({ attempt }) => {
        attempts.push(attempt);
        throw failure('kamachiq.agent.tool-failed');
      },
    });
    const input = { ...smallProject(), spec: specWithTasks([documentTask('a')]) };
    await runProject(environment, activities, input, new URL('../support/single-attempt-workflows.ts', import.meta.url));
    expect(attempts).toEqual([1]);
  });
});
