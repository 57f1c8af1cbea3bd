import { randomUUID } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KamachiqClient } from 'kamachiq/client';
import { FilesystemArtifactStore } from 'kamachiq/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentPoolInput, agentPoolQuery } from '../../src/agent-pool-workflow.js';
import type { ProjectReport } from '../../src/index.js';
import { begun, ended, mostAtOnce, noteKilled, readLog } from '../support/agent-log.js';
import { bundleWorkflows } from '../support/bundle-workflows.js';
import { tokensOf } from '../support/counting-server.js';
import { POOL } from '../support/leased-project-workflows.js';
import { gateOf, logOf } from '../support/logged-runner.js';
import { SourceChild } from '../support/source-child.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';
import { until } from '../support/until.js';

/* Hosts in processes of their own, on a real server, whose agents ask a scripted model. */

const [SLOTS, PROJECTS, TASKS] = [10, 5, 6];

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

/** Carries projects out beside two processes of a host, one of which is killed when all slots are taken; a third takes its place. */
async function loseHost(workflows: string, agentSlots: string, lookAtPool: (taskQueue: string) => Promise<() => Promise<void>>) {
  const folder = await mkdtemp(join(temporal.folder, 'hosts-'));
  await writeFile(logOf(folder), '');
  const { codePath: bundle } = await bundleWorkflows(new URL(`../support/${workflows}`, import.meta.url));
  const taskQueue = `hosts-${randomUUID()}`;
  const places = new Map<string, SourceChild>();
  const start = (place: string) =>
    places.set(place, new SourceChild('host-child.ts', temporal.environment.address, taskQueue, folder, place, bundle, agentSlots));
  try {
    start('one');
    start('two');
    const lookAgain = await lookAtPool(taskQueue);
    const client = new KamachiqClient(temporal.environment.client, { taskQueue });
    const spec = specWithTasks(Array.from({ length: TASKS }, (_, index) => documentTask(`t${index}`)));
    const handles = await Promise.all(Array.from({ length: PROJECTS }, () => client.submit(spec)));
    // No agent ends: as many begin as there are slots.
    await until(async () => (await begun(folder)) >= SLOTS);
    await lookAgain();
    const [one, two] = [await begun(folder, 'one'), await begun(folder, 'two')];
    const doomed = one >= two ? 'one' : 'two';
    await places.get(doomed)!.kill();
    await noteKilled(folder, doomed);
    start('three');
    await Promise.all(handles.map(({ projectId }) => writeFile(gateOf(folder, projectId), '')));
    const results = await Promise.all(handles.map((handle) => handle.result()));
    const artifacts = new FilesystemArtifactStore(join(folder, 'artifacts'));
    const reports = await Promise.all(
      results.map(async ({ report }): Promise<ProjectReport> => JSON.parse(Buffer.from(await artifacts.doGet(report.json)).toString())),
    );
    return { lost: Math.max(one, two), log: await readLog(folder), results, reports };
  } finally {
    for (const child of places.values()) await child.kill();
  }
}

/** Nothing is lost, nothing is done twice, and nothing is charged twice. */
function expectAllDone({ lost, log, results, reports }: Awaited<ReturnType<typeof loseHost>>): void {
  expect(mostAtOnce(log)).toBe(SLOTS);
  expect(lost).toBeGreaterThanOrEqual(SLOTS / 2);
  expect(ended(log)).toHaveLength(PROJECTS * TASKS);
  expect(new Set(ended(log)).size).toBe(PROJECTS * TASKS);
  expect(log.filter((line) => line.startsWith('begin'))).toHaveLength(PROJECTS * TASKS + lost);
  for (const result of results) expect(result).toMatchObject({ status: 'approved', metrics: { tasks: { total: TASKS, succeeded: TASKS } } });
  const attempts = reports.flatMap(({ tasks }) => tasks.flatMap((task) => task.attempts));
  expect(attempts.filter(({ outcome }) => outcome === 'lost')).toHaveLength(lost);
  expect(attempts.filter(({ outcome }) => outcome === 'passed')).toHaveLength(PROJECTS * TASKS);
  expect(attempts).toHaveLength(PROJECTS * TASKS + lost);
  for (const { budget, modelCalls, tasks } of reports) {
    expect(budget.spent).toBe(tokensOf(modelCalls));
    expect(new Set(modelCalls.map(({ key }) => key)).size).toBe(modelCalls.length);
    // Each agent asked once, also those that were lost: the journal knows.
    const asked = modelCalls.filter(({ key }) => /^t\d\/0\/\d\/0$/.test(key));
    expect(asked).toHaveLength(tasks.reduce((sum, task) => sum + task.attempts.length, 0));
    expect(asked.every(({ finishReason }) => finishReason === 'stop')).toBe(true);
  }
}

describe.concurrent(`${PROJECTS} projects at once, one of whose hosts is killed with all its workflows and agents`, () => {
  it(`never have more than ${SLOTS} agents, and lose and double nothing: agents on a queue of their own`, { timeout: 120_000 }, async () => {
    expectAllDone(await loseHost('workflows.ts', `${SLOTS / 2}`, async () => async () => undefined));
  });

  it(`never have more than ${SLOTS} agents, and lose and double nothing: leased agents`, { timeout: 120_000 }, async () => {
    const { workflow } = temporal.environment.client;
    const done = await loseHost('leased-project-workflows.ts', '', async (taskQueue) => {
      await workflow.start<(input: AgentPoolInput) => Promise<void>>('AgentPoolWorkflow', { taskQueue, workflowId: POOL, args: [{ slots: SLOTS }] });
      return async () => {
        const look = () => workflow.getHandle(POOL).query(agentPoolQuery);
        await until(async () => {
          const { busy, queued } = await look();
          return busy + queued === PROJECTS * TASKS;
        });
        expect(await look()).toMatchObject({ slots: SLOTS, busy: SLOTS });
      };
    });
    expectAllDone(done);
  });
});
