import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { TaskNode } from 'kamachiq';
import type { PlanRevision, ProjectInput, ProjectResult, RegisteredActivities } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  reference,
  runProject,
  scriptedActivities,
  smallProject,
  startTimeSkipping,
  verdict,
  withActivities,
} from '../support/scripted-activities.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { until } from '../support/until.js';

/* What tasks are given where the cost of their kind is known: the real workflows, with scripted activities. */

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTimeSkipping();
});
afterAll(async () => environment?.teardown());

const project = (nodes: readonly TaskNode[], budgetTotal = 100_000): ProjectInput => ({
  ...smallProject(),
  spec: specWithTasks(nodes, { budgetTotal }),
});

interface Seen {
  readonly id: string;
  readonly attempt: number;
  readonly holdTokens: number;
}

/** Agents that note what they are given, spend it all, and pass from some attempt on. */
const spendthrift = (holds: readonly (number | null)[], seen: Seen[], passesAt = 1): RegisteredActivities => {
  const scripted = scriptedActivities();
  return {
    ...scripted,
    'kamachiq.decomposeProject': async (input) => ({ ...(await scripted['kamachiq.decomposeProject'](input)), holds }),
    'kamachiq.spawnAgent': async (input) => {
      const { task, attempt, holdTokens } = input;
      seen.push({ id: task.id, attempt, holdTokens });
      const result = { ...(await scripted['kamachiq.spawnAgent'](input)), tokensSpent: holdTokens };
      return attempt >= passesAt ? result : { ...result, passed: false, manifest: null, problems: ['It is too short.'] };
    },
  };
};

const TASKS = [documentTask('known', [], { estimatedTokens: 1_000 }), documentTask('unknown', ['known'], { estimatedTokens: 1_000 })];

describe('where the cost of a kind is known', () => {
  it('a first attempt is given that, and the next what the plan says', async () => {
    const seen: Seen[] = [];
    const result = await runProject(environment, spendthrift([300, null], seen, 2), project(TASKS));
    expect(result.status).toBe('approved');
    expect(seen).toEqual([
      { id: 'known', attempt: 1, holdTokens: 300 },
      { id: 'known', attempt: 2, holdTokens: 1_000 },
      { id: 'unknown', attempt: 1, holdTokens: 1_000 },
      { id: 'unknown', attempt: 2, holdTokens: 1_000 },
    ]);
    expect(result.metrics.spend.tokensSpent).toBe(3_300);
  });

  it('it is never more than the plan says', async () => {
    const seen: Seen[] = [];
    await runProject(environment, spendthrift([5_000, 999], seen), project(TASKS));
    expect(seen.map(({ holdTokens }) => holdTokens)).toEqual([1_000, 999]);
  });

  it('more tasks fit into a budget at once', async () => {
    const tasks = ['a', 'b', 'c', 'd'].map((id) => documentTask(id, [], { estimatedTokens: 1_000 }));
    const atOnce = async (holds: readonly (number | null)[]) => {
      let [working, most] = [0, 0];
      const activities = spendthrift(holds, []);
      const begun: (() => void)[] = [];
      await runProject(
        environment,
        {
          ...activities,
          'kamachiq.spawnAgent': async (input) => {
            working += 1;
            most = Math.max(most, working);
            // The last to fit lets all go on; a slot that stays empty is found by the status, not by time.
            await new Promise<void>((resolve) => {
              begun.push(resolve);
              if (working === (holds[0] === null ? 2 : 4)) for (const go of begun.splice(0)) go();
            });
            working -= 1;
            return { ...(await activities['kamachiq.spawnAgent'](input)), tokensSpent: 100 };
          },
        },
        project(tasks, 3_000),
      );
      return most;
    };
    expect(await atOnce([null, null, null, null])).toBe(2);
    expect(await atOnce([400, 400, 400, 400])).toBe(4);
  });

  it('a task that is tried once gets the plan’s figure as well, where the estimate was too little', async () => {
    const workflows = new URL('../support/single-attempt-workflows.ts', import.meta.url);
    const seen: Seen[] = [];
    const result = await runProject(environment, spendthrift([300, null], seen, 2), project(TASKS), workflows);
    expect(seen).toEqual([
      { id: 'known', attempt: 1, holdTokens: 300 },
      { id: 'known', attempt: 2, holdTokens: 1_000 },
      { id: 'unknown', attempt: 1, holdTokens: 1_000 },
    ]);
    expect(result.status).toBe('failed');
  });

  it('what a change of the plan adds and replaces is given what is known of it', async () => {
    const seen: Seen[] = [];
    const [known, unknown] = TASKS as [TaskNode, TaskNode];
    const patch = { add: [documentTask('more', [], { estimatedTokens: 1_000 })], replace: [{ ...unknown, estimatedTokens: 2_000 }] };
    const activities = spendthrift([null, 100], seen);
    let finish: (() => void) | null = null;
    const input = project([known, unknown]);
    const held: RegisteredActivities = {
      ...activities,
      'kamachiq.validateTaskGraph': async ({ revision }) =>
        revision === undefined ? { findings: [] } : { findings: [], revised: { plan: reference('5'), holds: [null, 700] } },
      'kamachiq.spawnAgent': async (each) => {
        if (each.task.id === 'known') {
          await new Promise<void>((resolve) => {
            finish = resolve;
          });
        }
        return activities['kamachiq.spawnAgent'](each);
      },
    };
    const result = await withActivities(environment, held, async (taskQueue) => {
      const handle = await environment.client.workflow.start<(value: ProjectInput) => Promise<ProjectResult>>('KamachiqProjectWorkflow', {
        taskQueue,
        workflowId: input.projectId,
        args: [input],
      });
      await until(async () => finish);
      await handle.executeUpdate<PlanRevision, [object]>('kamachiq.revise-plan', { args: [{ patch, reason: 'More is wanted.' }] });
      finish!();
      return handle.result();
    });
    expect(result.status).toBe('approved');
    const holdOf = Object.fromEntries(seen.map(({ id, holdTokens }) => [id, holdTokens]));
    expect(holdOf).toEqual({ known: 1_000, more: 1_000, unknown: 700 });
  });
});

describe('a review that its attempt left too little for', () => {
  /** Reviews that need 500 tokens of the model, and say so where they have less. */
  const reviewed = (
    reviews: number[],
    { left = 10, decision = 'approve' }: { readonly left?: number; readonly decision?: 'approve' | 'remediate' } = {},
  ): RegisteredActivities => {
    const scripted = scriptedActivities();
    return {
      ...scripted,
      'kamachiq.spawnAgent': async (input) => ({ ...(await scripted['kamachiq.spawnAgent'](input)), tokensSpent: input.holdTokens - left }),
      'kamachiq.evaluateQuality': async (input) => {
        const measured = await scripted['kamachiq.evaluateQuality'](input);
        if (input.task === null) return measured;
        if (input.holdTokens > 0) reviews.push(input.holdTokens);
        if (input.holdTokens >= 500) return { ...measured, verdict: verdict(decision), tokensSpent: 500 };
        const short = input.holdTokens === 0 ? {} : { short: 'It had too few tokens.', neededTokens: 500 };
        return { ...measured, ...short, unscored: ['style'], verdict: verdict('ask-person') };
      },
    };
  };
  const alone = [documentTask('a', [], { estimatedTokens: 1_000 })];

  it('is done again from what the project can spare, and what it spends is in the ledger', async () => {
    const reviews: number[] = [];
    const result = await runProject(environment, reviewed(reviews), project(alone, 10_000));
    expect(result).toMatchObject({ status: 'approved', metrics: { spend: { tokensSpent: 1_490 } } });
    // Half of what the attempt left, then half of twice what is needed.
    expect(reviews).toEqual([5, 500]);
  });

  it('is left to a person at once where nothing can be spared', async () => {
    const reviews: number[] = [];
    const result = await runProject(environment, reviewed(reviews, { left: 0 }), { ...project(alone, 1_052), reviewTimeoutMinutes: 1 });
    expect(result.status).toBe('failed');
    expect(result.reason).toContain('Its attempt left no tokens for a model to review it with.');
    expect(reviews).toEqual([]);
    expect(result.metrics.spend.tokensSpent).toBe(1_000);
  });

  it('is done from what the project can spare, too, where its attempt left nothing', async () => {
    const reviews: number[] = [];
    const result = await runProject(environment, reviewed(reviews, { left: 0 }), project(alone, 10_000));
    expect(result).toMatchObject({ status: 'approved', metrics: { spend: { tokensSpent: 1_500 } } });
    expect(reviews).toEqual([500]);
  });

  it('sends its task back where it finds something', async () => {
    const reviews: number[] = [];
    const result = await runProject(environment, reviewed(reviews, { decision: 'remediate' }), {
      ...project(alone, 30_000),
      reviewTimeoutMinutes: 1,
    });
    expect(result.status).toBe('failed');
    expect(reviews).toEqual([5, 500, 5, 500, 5, 500]);
  });
});
