import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openAiCompatibleModel } from '@kamachiq/ai-sdk';
import { localModel } from '@kamachiq/local-model';
import { pythonProjects } from '@kamachiq/python';
import { NativeConnection, Worker, type WorkflowBundlePath } from '@temporalio/worker';
import type { FunctionSpec, LanguageModel, TaskNode } from 'kamachiq';
import { KamachiqClient } from 'kamachiq/client';
import { createActivities, FilesystemCallJournal } from 'kamachiq/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelServer } from '../../packages/ai-sdk/test/support/model-server.js';
import { bundleWorkflows } from '../support/bundle-workflows.js';
import { startCountingServer, tokensOf } from '../support/counting-server.js';
import { reportOf } from '../support/scripted-answers.js';
import { SourceChild } from '../support/source-child.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';
import { until } from '../support/until.js';

let temporal: TemporalFixture;
let local: LanguageModel;
let workflowBundle: WorkflowBundlePath;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
  workflowBundle = await bundleWorkflows(new URL('../support/two-attempts-workflows.ts', import.meta.url));
  local = await localModel({ modelFile: process.env.KAMACHIQ_MODEL_FILE! });
});
afterAll(async () => {
  await temporal?.stop();
  await local?.doClose?.();
});

/** A function for a model to write, with tokens for some candidates. */
const functionTask = (name: string, sentence: string, examples: FunctionSpec['examples'], rest: Partial<TaskNode> = {}): TaskNode => {
  const written = { name, parameters: [{ name: 'number', type: 'int' }], returns: 'int', sentence, examples, uses: [] };
  return documentTask(name, [], {
    type: 'code',
    template: 'python-function',
    estimatedTokens: 900,
    inputs: { package: 'numbers_package', function: written as never, usedFunctions: [] },
    writes: [`numbers_package/${name}.py`],
    ...rest,
  });
};

const SPEC = specWithTasks(
  [
    // Nobody can tell from half of the examples what the others are: agents draw candidates until their tokens are spent.
    functionTask(
      'riddle',
      'Return what belongs to the number.',
      [7, 91, 18, 40_426].map((returns, index) => ({ arguments: [index], returns })),
    ),
    functionTask(
      'double',
      'Return twice the number.',
      [2, -1].map((number) => ({ arguments: [number], returns: 2 * number })),
      { dependencies: ['riddle'], triggerRule: 'all-done' },
    ),
  ],
  { language: 'python', packageName: 'numbers_package' },
);

/** Answers that the first process of agents hears. */
const HEARD = 1;

/**
 * Carries a project out before real servers of a real model, and kills its process of agents while a call is open; another takes its place. The first process
 * has a server of its own, which lets the last call wait until whoever made it is dead.
 *
 * @param journal - Its folder; empty for none.
 */
async function loseAgents(journal: string) {
  const opened = Promise.withResolvers<void>();
  const dead = Promise.withResolvers<void>();
  const [before, after] = await Promise.all([
    startCountingServer(local, async (index) => {
      if (index < HEARD) return;
      opened.resolve();
      await dead.promise;
    }),
    startCountingServer(local),
  ]);
  const { id, contextTokens } = local;
  const { address } = temporal.environment;
  const taskQueue = `losses-${randomUUID()}`;
  const artifacts = join(temporal.folder, 'artifacts');
  const startAgents = ({ baseUrl }: ModelServer) =>
    new SourceChild('model-agents-child.ts', address, taskQueue, artifacts, journal, baseUrl, id, `${contextTokens}`);
  const connection = await NativeConnection.connect({ address });
  const children: SourceChild[] = [];
  try {
    const ports = {
      model: openAiCompatibleModel({ baseUrl: after.baseUrl, model: id, contextTokens, answerPrefix: 'continue' }),
      sandbox: temporal.sandbox,
      artifacts: temporal.artifacts(),
      ...(journal === '' ? {} : { journal: new FilesystemCallJournal(journal) }),
      ...pythonProjects(),
    };
    const host = await Worker.create({ connection, taskQueue, workflowBundle, activities: createActivities(ports, { agentsApart: true }) });
    return await host.runUntil(async () => {
      const handle = await new KamachiqClient(temporal.environment.client, { taskQueue }).submit(SPEC, { reviewTimeoutMinutes: 0.001 });
      children.push(startAgents(before));
      await opened.promise;
      await children[0]!.kill();
      children.push(startAgents(after));
      dead.resolve();
      const result = await handle.result();
      // What nobody hears any more is counted like everything else.
      await until(async () => before.counted.length > HEARD);
      const [report, status] = [await reportOf(temporal, result), await handle.status()];
      const lost = report.tasks.flatMap(({ attempts }) => attempts.filter(({ outcome }) => outcome === 'lost'));
      return { result, report, status, lost, before: before.counted, after: after.counted };
    });
  } finally {
    dead.resolve();
    for (const child of children) await child.kill();
    await connection.close();
    await Promise.all([before.close(), after.close()]);
  }
}

describe.concurrent('a project before real servers of a real model, whose process of agents is killed in the middle of a call', () => {
  it('spends what they counted, and of the call that was lost all that it could have taken', { timeout: 300_000 }, async () => {
    const { result, report, status, lost, before, after } = await loseAgents(join(temporal.folder, 'journal'));
    const counted = tokensOf([...before, ...after]);
    const { spent } = report.budget;
    const calls = report.modelCalls.filter(({ finishReason }) => finishReason === 'lost');
    expect(calls).toMatchObject([{ key: `riddle/0/1/${HEARD}`, reported: false }]);
    const hold = tokensOf(calls);
    expect(spent).toBeGreaterThanOrEqual(counted);
    expect(spent).toBeLessThanOrEqual(counted + hold);
    // To the token: what was heard, also by the process that is dead, and the whole hold of what was not, which the server did for less.
    const unheard = tokensOf(before.slice(HEARD));
    expect(spent).toBe(counted - unheard + hold);
    expect(unheard).toBeLessThanOrEqual(hold);
    expect(lost).toMatchObject([{ tokensHeld: 900, tokensSpent: tokensOf(before.slice(0, HEARD)) + hold }]);
    // Its hold gave the rest back.
    expect(lost[0]!.tokensSpent).toBeLessThan(900);
    expect(status.budget).toEqual({ total: 100_000, held: 0, spent });
    expect(result.metrics.spend.tokensSpent).toBe(spent);
    expect(tokensOf(report.modelCalls)).toBe(spent);
    expect(report.modelCalls).toHaveLength(before.length + after.length);
    expect(new Set(report.modelCalls.map(({ key }) => key)).size).toBe(report.modelCalls.length);
    expect(report.tasks.find(({ node }) => node.id === 'double')).toMatchObject({ state: 'succeeded' });
  });

  it('spends what they counted, and of the attempt that was lost all that it held, where calls stand in no journal', {
    timeout: 300_000,
  }, async () => {
    const { result, report, status, lost, before, after } = await loseAgents('');
    const counted = tokensOf([...before, ...after]);
    const { spent } = report.budget;
    expect(lost).toMatchObject([{ tokensHeld: 900, tokensSpent: 900 }]);
    expect(spent).toBeGreaterThanOrEqual(counted);
    expect(spent).toBeLessThanOrEqual(counted + 900);
    // To the token: nobody knows what the dead process heard, and that is in the hold.
    expect(spent).toBe(tokensOf(after) + 900);
    expect(tokensOf(before)).toBeLessThanOrEqual(900);
    expect(status.budget).toEqual({ total: 100_000, held: 0, spent });
    expect(result.metrics.spend.tokensSpent).toBe(spent);
    expect(report.modelCalls).toHaveLength(after.length);
    expect(tokensOf(report.modelCalls)).toBe(spent - 900);
  });
});
