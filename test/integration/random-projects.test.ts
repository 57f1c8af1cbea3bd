import { gzipSync } from 'node:zlib';
import { ApplicationFailure } from '@temporalio/common';
import { temporal as proto } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import type { TaskNode } from 'kamachiq';
import type { ControlReceipt, ProjectInput, ProjectProgress, ProjectResult, RegisteredActivities } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SeededRandom } from '../../bench/seeded-random.js';
import { bundleWorkflows } from '../support/bundle-workflows.js';
import { reference, scriptedActivities, smallProject, verdict, withActivities } from '../support/scripted-activities.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';

/*
 * Random projects on a real server, with scripted activities that pass, fail, cost and fall short as dice fall, while people order what comes to their minds. Dice of
 * activities and orders fall in the order in which the machine gets to them: a seed repeats the project, not the run.
 */

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

const WORKFLOWS = new URL('../support/workflows.ts', import.meta.url);

interface Paid {
  tokens: number;
  microDollars: number;
}

const pick = <Item>(random: SeededRandom, items: readonly Item[]): Item => items[random.integer(0, items.length - 1)]!;
const chance = (random: SeededRandom, share: number) => random.next() < share;

function randomTasks(random: SeededRandom): readonly TaskNode[] {
  const ids = Array.from({ length: random.integer(2, 6) }, (_, index) => `t${index}`);
  return ids.map((id, index) => {
    const dependencies = ids.slice(0, index).filter(() => chance(random, 0.35));
    const rule = pick(random, ['none-failed-min-one-success', 'one-success', 'all-done', 'one-failed'] as const);
    return documentTask(id, dependencies, {
      estimatedTokens: pick(random, [0, 50, 1_000, 1_000, 2_000]),
      ...(chance(random, 0.3) ? { optional: true } : {}),
      ...(dependencies.length > 0 && chance(random, 0.3) ? { triggerRule: rule } : {}),
    });
  });
}

/** Agents and reviews that spend no more than they hold, and note what. */
function dicingActivities(random: SeededRandom, paid: Paid): RegisteredActivities {
  const scripted = scriptedActivities();
  const spend = (tokens: number, microDollars: number) => {
    paid.tokens += tokens;
    paid.microDollars += microDollars;
    return { tokensSpent: tokens, microDollarsSpent: microDollars };
  };
  const fail = (type: string, nonRetryable: boolean, spent: object) =>
    ApplicationFailure.create({ type, message: type, nonRetryable, details: [{ ...spent, retryAfterMilliseconds: 1, record: null }] });
  return {
    ...scripted,
    'kamachiq.decomposeProject': async (input) => ({
      ...(await scripted['kamachiq.decomposeProject'](input)),
      holds: (input.spec.tasks ?? []).map(({ estimatedTokens }) =>
        chance(random, 0.5) ? null : Math.floor(estimatedTokens * (0.2 + random.next())),
      ),
      prices: { usual: 3.3, cheaper: 1.1 },
    }),
    'kamachiq.spawnAgent': async ({ holdTokens, holdMicroDollars = 0 }) => {
      const spent = spend(Math.floor(holdTokens * (chance(random, 0.4) ? 1 : random.next())), Math.floor(holdMicroDollars * random.next()));
      const die = random.next();
      if (die < 0.15) throw fail('kamachiq.model.timeout', false, spent);
      if (die < 0.2) throw fail('kamachiq.model.refused', true, spent);
      const passed = die < 0.65;
      const manifest = passed || chance(random, 0.5) ? reference('a') : null;
      return { passed, manifest, record: reference('b'), candidates: 3, problems: [], ...spent };
    },
    'kamachiq.evaluateQuality': async ({ task, holdTokens, holdMicroDollars = 0 }) => {
      const base = { checks: [], manifest: reference('9'), record: reference('c'), unscored: [] };
      const open = { ...base, verdict: verdict('ask-person'), unscored: ['style'] as const };
      if (holdTokens === 0) return { ...(chance(random, 0.8) ? open : { ...base, verdict: verdict('approve') }), tokensSpent: 0 };
      const spent = spend(Math.floor(holdTokens * random.next()), Math.floor(holdMicroDollars * random.next()));
      const die = random.next();
      if (die < 0.08) throw fail('kamachiq.model.timeout', false, spent);
      if (die < 0.5) return { ...open, ...spent, short: 'It had too little.', neededTokens: random.integer(0, 800) };
      const decision = task === null || die < 0.8 ? 'approve' : die < 0.9 ? 'remediate' : 'ask-person';
      return { ...base, ...spent, verdict: verdict(decision) };
    },
  };
}

interface Told {
  readonly ended: ProjectProgress;
  /** Errors of orders that no project answers with. */
  readonly strange: readonly string[];
  readonly raised: number;
}

/** Carries a project out, while orders come one after the other until it ends. */
async function carryOut(workflowType: string, input: ProjectInput, activities: RegisteredActivities, random: SeededRandom): Promise<Told> {
  return withActivities(
    temporal.environment,
    activities,
    async (taskQueue) => {
      const handle = await temporal.environment.client.workflow.start<(value: ProjectInput) => Promise<ProjectResult>>(workflowType, {
        taskQueue,
        workflowId: input.projectId,
        args: [input],
      });
      let over = false;
      const result = handle.result().finally(() => {
        over = true;
      });
      const strange: string[] = [];
      let raised = 0;
      const order = async (kind: string) => {
        const tokens = random.integer(1, 1_000);
        const taskId = `t${random.integer(0, 5)}`;
        const asked = { reason: 'As the dice fell.', taskId, slots: random.integer(1, 3), tokens, microDollars: random.integer(0, 1_000) };
        try {
          await handle.executeUpdate<ControlReceipt, [object]>(`kamachiq.${kind}`, { args: [asked] });
          if (kind === 'raise-budget') raised += tokens;
        } catch (error) {
          const { name, cause } = error as Error & { cause?: { type?: string } };
          // It ended before it got to the order, or refused it.
          if (cause?.type !== 'kamachiq.control.refused' && !over && name !== 'WorkflowNotFoundError')
            strange.push(`${kind}: ${cause?.type ?? name}`);
        }
      };
      for (let rounds = 0; rounds < 20 && !over; rounds += 1) {
        const kinds = ['pause', 'resume', 'resume', 'cancel-task', 'retry-task', 'retry-task', 'raise-budget', 'set-concurrency'];
        await Promise.all(Array.from({ length: random.integer(1, 3) }, () => order(pick(random, kinds))));
      }
      // Nobody keeps it from ending.
      await order('resume');
      await result;
      return { ended: await handle.query<ProjectProgress>('kamachiq.status'), strange, raised };
    },
    WORKFLOWS,
  );
}

describe('random projects with random orders', () => {
  const projects: string[] = [];

  it.each(Array.from({ length: 8 }, (_, seed) => [seed, seed % 2 === 0 ? 'KamachiqProjectWorkflow' : 'SteadyProjectWorkflow'] as const))(
    'end, spend what was spent and no more, and hold nothing: seed %i on %s',
    { timeout: 120_000 },
    async (seed, workflowType) => {
      const random = new SeededRandom('random projects', seed);
      const nodes = randomTasks(random);
      const total = nodes.reduce((sum, { estimatedTokens }) => sum + estimatedTokens, 0);
      const budgetTotal = Math.max(200, Math.floor(total * (0.5 + 1.5 * random.next())));
      const budgetDollars = Math.max(300, Math.floor(total * 3.3 * (0.3 + 1.2 * random.next()))) / 1_000_000;
      const input = { ...smallProject(), spec: specWithTasks(nodes, { budgetTotal, budgetDollars }), reviewTimeoutMinutes: 0.01 };
      projects.push(input.projectId);
      const paid: Paid = { tokens: 0, microDollars: 0 };
      const { ended, strange, raised } = await carryOut(workflowType, input, dicingActivities(random, paid), random);
      expect(strange).toEqual([]);
      expect(ended.budget).toEqual({ total: budgetTotal + raised, held: 0, spent: paid.tokens });
      expect(ended.budget.spent).toBeLessThanOrEqual(ended.budget.total);
      const money = ended.control!.money;
      expect(money).toMatchObject({ held: 0, spent: paid.microDollars });
      expect(money.spent).toBeLessThanOrEqual(money.total!);
    },
  );

  it('leave histories that replay', { timeout: 120_000 }, async () => {
    const workflowBundle = await bundleWorkflows(WORKFLOWS);
    const { workflow } = temporal.environment.client;
    const histories = [];
    for await (const { workflowId } of workflow.list()) {
      if (projects.some((id) => workflowId.startsWith(id)))
        histories.push({ workflowId, history: await workflow.getHandle(workflowId).fetchHistory() });
    }
    const broken: string[] = [];
    for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle, replayName: 'random projects' }, histories)) {
      if (error === undefined) continue;
      // It would be gone with the server: as it stands here, it can be kept among the recorded ones.
      const { history } = histories.find((each) => each.workflowId === workflowId)!;
      const kept = Buffer.from(proto.api.history.v1.History.encode(history).finish()).toString('base64');
      broken.push(`${workflowId}: ${error.message}\n${gzipSync(JSON.stringify([{ workflowId, history: kept }])).toString('base64')}`);
    }
    expect(histories.length).toBeGreaterThan(projects.length);
    expect(broken).toEqual([]);
  });
});
