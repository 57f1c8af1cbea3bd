import { randomBytes, randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { ProjectInput, ProjectResult, RegisteredActivities } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reference, scriptedActivities, startTimeSkipping, withActivities } from '../support/scripted-activities.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';

/* Each activity, failing in each way that there is: the real workflows, with activities that fail as a test says. */

let temporal: TemporalFixture;
/** Where what is delivered again for minutes is so in no time. */
let timeSkipping: TestWorkflowEnvironment;
beforeAll(async () => {
  [temporal, timeSkipping] = await Promise.all([TemporalFixture.start(), startTimeSkipping()]);
});
afterAll(async () => {
  await temporal?.stop();
  await timeSkipping?.teardown();
});

/** `once`: its first delivery fails. `for ever`: each does. `for good`: so that no other is worth while. `lost`: none is heard of again. */
type Way = 'once' | 'for ever' | 'for good' | 'lost';

interface Failing {
  readonly activity: keyof RegisteredActivities;
  readonly way: Way;
}

const WAYS: readonly Way[] = ['once', 'for ever', 'for good'];
const failing = (activity: string, ways: readonly Way[] = WAYS): readonly Failing[] =>
  ways.map((way) => ({ activity: activity as Failing['activity'], way }));
const nameOf = ({ activity, way }: Failing) => `${activity.replace('kamachiq.', '')} ${way}`;

/** What is too much to be carried at once goes to the report in parts; of what is alike, next to nothing is carried. */
const long = () => [randomBytes(750_600).toString('base64')];

/** Activities of several projects, which fail as their ids say. */
class FailingActivities {
  readonly ways = new Map<string, readonly Failing[]>();
  /** Deliveries of which nothing is heard again, until the test is over. */
  lost = 0;
  readonly over = Promise.withResolvers<never>();
  readonly #deliveries = new Map<string, number>();
  readonly activities: RegisteredActivities;

  constructor() {
    // It ends with the test, whoever waits for it then.
    this.over.promise.catch(() => undefined);
    const scripted = scriptedActivities({
      'kamachiq.accountForAttempt': async () => ({ tokensSpent: 10, microDollarsSpent: 0, record: reference('7'), callsLost: 0 }),
      'kamachiq.spawnAgent': async ({ projectId }) => {
        const isLong = this.ways.get(projectId)?.some(({ activity }) => /keepText|finalizeFromParts/.test(activity)) === true;
        const made = { passed: true, manifest: reference('a'), record: reference('b'), candidates: 1, tokensSpent: 100 };
        return { ...made, problems: isLong ? long() : [] };
      },
    });
    const entries = Object.entries(scripted).map(([name, carryOut]) => {
      const wrapped = async (input: never) => {
        await this.#fail(name);
        return (carryOut as (input: never) => Promise<unknown>)(input);
      };
      return [name, wrapped];
    });
    this.activities = Object.fromEntries(entries) as RegisteredActivities;
  }

  async #fail(activity: string): Promise<void> {
    const { workflowExecution, activityId } = Context.current().info;
    const projectId = workflowExecution!.workflowId.split('/')[0]!;
    const way = this.ways.get(projectId)?.find((each) => each.activity === activity)?.way;
    // Of its workflow: a task and its project have deliveries of their own.
    const key = `${workflowExecution!.workflowId}: ${activity}`;
    const delivery = (this.#deliveries.get(key) ?? 0) + 1;
    this.#deliveries.set(key, delivery);
    if (way === 'lost' && (delivery === 1 || !/decomposeProject|evaluateQuality|spawnAgent/.test(activity))) {
      this.lost += 1;
      await this.over.promise;
    }
    if (way === 'for ever' || (way === 'once' && delivery === 1))
      throw ApplicationFailure.create({ type: 'failing', message: `${activity} ${activityId} fails` });
    if (way === 'for good') throw ApplicationFailure.nonRetryable(`${activity} fails for good`, 'failing');
  }

  start(client: Client, taskQueue: string, ways: readonly Failing[]): Promise<{ result(): Promise<ProjectResult> }> {
    const projectId = randomUUID();
    this.ways.set(projectId, ways);
    const nodes = [documentTask('a'), documentTask('b')];
    return client.workflow.start<(value: ProjectInput) => Promise<ProjectResult>>('KamachiqProjectWorkflow', {
      taskQueue,
      workflowId: projectId,
      args: [{ projectId, spec: specWithTasks(nodes, { timeoutMinutes: 600 }), seed: 0 }],
    });
  }
}

/** How a project ended, in a word. */
const endOf = (handle: { result(): Promise<ProjectResult> }): Promise<string> =>
  handle.result().then(
    ({ status, metrics }) => `${status}, ${metrics.spend.tokensSpent} tokens`,
    ({ cause }: Error) => `broke off: ${(cause as Error | undefined)?.name}`,
  );

describe('a project whose activities fail', () => {
  it.each(['finalizeProject', 'keepText', 'finalizeFromParts'])('breaks off where %s fails at every delivery', { timeout: 60_000 }, async (name) => {
    const failed = new FailingActivities();
    const end = await withActivities(timeSkipping, failed.activities, async (taskQueue) =>
      endOf(await failed.start(timeSkipping.client, taskQueue, failing(`kamachiq.${name}`, ['for ever']))),
    );
    expect(end).toBe('broke off: ActivityFailure');
  });

  it('ends as it must, and is charged as it must for what is never heard of again', { timeout: 180_000 }, async () => {
    const twice: readonly Way[] = ['once', 'for good'];
    const told = ['decomposeProject', 'validateTaskGraph', 'spawnAgent', 'evaluateQuality'].flatMap((name) => failing(`kamachiq.${name}`));
    // The server delivers these ten times: the last of them would fail minutes later.
    const reports = ['finalizeProject', 'keepText', 'finalizeFromParts'].flatMap((name) => failing(`kamachiq.${name}`, twice));
    const lost = ['kamachiq.decomposeProject', 'kamachiq.spawnAgent'].flatMap((activity) =>
      failing('kamachiq.accountForAttempt', [...WAYS, 'lost']).map((account) => [...failing(activity, ['lost']), account]),
    );
    const scenarios = [...[...told, ...reports].map((each) => [each]), failing('kamachiq.evaluateQuality', ['lost']), ...lost];
    const failed = new FailingActivities();
    const ends: Record<string, string> = {};
    await withActivities(temporal.environment, failed.activities, async (taskQueue) => {
      const projects = scenarios.map(async (ways) => {
        ends[ways.map(nameOf).join(', ')] = await endOf(await failed.start(temporal.environment.client, taskQueue, ways));
      });
      await Promise.all(projects).finally(() => failed.over.reject(ApplicationFailure.nonRetryable('The test is over.')));
    });
    // What tells nothing is charged all that its delivery held.
    expect(ends).toEqual({
      'decomposeProject for ever': 'failed, 20000 tokens',
      'decomposeProject for good': 'failed, 10000 tokens',
      'decomposeProject lost, accountForAttempt for ever': 'approved, 10200 tokens',
      'decomposeProject lost, accountForAttempt for good': 'approved, 10200 tokens',
      'decomposeProject lost, accountForAttempt lost': 'approved, 10200 tokens',
      'decomposeProject lost, accountForAttempt once': 'approved, 210 tokens',
      'decomposeProject once': 'approved, 10200 tokens',
      'evaluateQuality for ever': 'failed, 200 tokens',
      'evaluateQuality for good': 'failed, 200 tokens',
      'evaluateQuality lost': 'approved, 200 tokens',
      'evaluateQuality once': 'approved, 200 tokens',
      'finalizeFromParts for good': 'broke off: ActivityFailure',
      'finalizeFromParts once': 'approved, 200 tokens',
      'finalizeProject for good': 'broke off: ActivityFailure',
      'finalizeProject once': 'approved, 200 tokens',
      'keepText for good': 'broke off: ActivityFailure',
      'keepText once': 'approved, 200 tokens',
      'spawnAgent for ever': 'failed, 32000 tokens',
      'spawnAgent for good': 'failed, 8000 tokens',
      'spawnAgent lost, accountForAttempt for ever': 'approved, 8200 tokens',
      'spawnAgent lost, accountForAttempt for good': 'approved, 8200 tokens',
      'spawnAgent lost, accountForAttempt lost': 'approved, 8200 tokens',
      'spawnAgent lost, accountForAttempt once': 'approved, 220 tokens',
      'spawnAgent once': 'approved, 8200 tokens',
      'validateTaskGraph for ever': 'failed, 0 tokens',
      'validateTaskGraph for good': 'failed, 0 tokens',
      'validateTaskGraph once': 'approved, 200 tokens',
    });
  });
});
