import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { ArtifactStore, ModelRequest, ProjectReport, TaskNode } from 'kamachiq';
import { ScriptedModel } from 'kamachiq/testing';
import type { ControlReceipt, HumanDecision, ProjectInput, ProjectProgress, ProjectResult } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DrawsOnRunner } from '../support/held-scripted-model.js';
import { isJudgement, judgement, reportOf, says, statesOf, write } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';
import { until } from '../support/until.js';

/* Projects that go on in another run every few tasks: what they come to is what one long run comes to. */

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

const TIMEOUT = { timeout: 120_000 };

type ProjectWorkflow = (input: ProjectInput) => Promise<ProjectResult>;

class StartedProject {
  readonly projectId = `project-${randomUUID()}`;
  handle!: WorkflowHandleWithFirstExecutionRunId<ProjectWorkflow>;

  async start(workflowType: string, taskQueue: string, input: Omit<ProjectInput, 'projectId'>): Promise<this> {
    const { projectId } = this;
    this.handle = await temporal.environment.client.workflow.start<ProjectWorkflow>(workflowType, {
      taskQueue,
      workflowId: projectId,
      args: [{ projectId, ...input }],
    });
    return this;
  }

  status(): Promise<ProjectProgress> {
    return temporal.environment.client.workflow.getHandle(this.projectId).query<ProjectProgress>('kamachiq.status');
  }

  order(kind: string, order: object, updateId: string = randomUUID()): Promise<ControlReceipt> {
    return temporal.environment.client.workflow
      .getHandle(this.projectId)
      .executeUpdate<ControlReceipt, [object]>(`kamachiq.${kind}`, { args: [{ reason: 'I want it so.', ...order }], updateId });
  }

  /** Ids of its runs until now, the last of them included. */
  async runs(): Promise<readonly string[]> {
    const found: string[] = [];
    const query = `WorkflowId = "${this.projectId}"`;
    for await (const { runId } of temporal.environment.client.workflow.list({ query })) found.push(runId);
    return found;
  }

  async currentRun(): Promise<string> {
    return (await temporal.environment.client.workflow.getHandle(this.projectId).describe()).runId;
  }

  /** Waits until another run goes on. */
  async nextRun(before: string): Promise<string> {
    return until(async () => {
      const now = await this.currentRun();
      return now !== before && now;
    });
  }
}

/** Layers of four documents, each of which needs two of the layer before; some don't pass at first. */
const layers = (count: number): readonly TaskNode[] =>
  Array.from({ length: count * 4 }, (_, index) => {
    const [layer, place] = [Math.floor(index / 4), index % 4];
    const before = (offset: number) => `t${(layer - 1) * 4 + ((place + offset) % 4)}`;
    return documentTask(`t${index}`, layer === 0 ? [] : [before(0), before(1)]);
  });

/** Judges some documents badly when they are judged for the first time: those are worked over. */
function answerWithRemediations() {
  const judged = new Map<string, number>();
  return (request: ModelRequest) => {
    if (!isJudgement(request)) return write(request);
    const about = /t\d+\.md/.exec(request.messages.map(({ text }) => text).join('\n'))?.[0] ?? '';
    const times = (judged.get(about) ?? 0) + 1;
    judged.set(about, times);
    return judgement(Number(about.match(/\d+/)?.[0] ?? 0) % 5 === 3 && times <= 2 ? 2 : 10);
  };
}

/** A report without what must differ between two runs of a project: its id and times. */
function withoutTimes(report: ProjectReport): unknown {
  const text = JSON.stringify(report, (key, value) => {
    if (key === 'schedule' || key === 'projectId' || key.endsWith('At')) return undefined;
    return value;
  });
  return JSON.parse(text);
}

async function carryOut(workflowType: string, spec = specWithTasks(layers(6), { budgetTotal: 400_000 })) {
  const model = new ScriptedModel(answerWithRemediations());
  return temporal.withWorker({ model }, async (_client, taskQueue) => {
    const project = await new StartedProject().start(workflowType, taskQueue, { spec, seed: 3 });
    const result = await project.handle.result();
    return { project, result, report: await reportOf(temporal, result), runs: await project.runs() };
  });
}

describe('a project with a long history', () => {
  it('comes to the same in many runs as in one', TIMEOUT, async () => {
    const [one, many] = [await carryOut('KamachiqProjectWorkflow'), await carryOut('ShortRunProjectWorkflow')];
    expect(one.runs).toHaveLength(1);
    expect(many.runs.length).toBeGreaterThan(2);
    expect(withoutTimes(many.report)).toEqual(withoutTimes(one.report));
    expect(many.report.tasks.flatMap(({ attempts }) => attempts).length).toBeGreaterThan(24);
    expect(many.report.budget.spent).toBe(many.report.modelCalls.reduce((sum, call) => sum + call.inputTokens + call.outputTokens, 0));
    const { projectId: _, metrics, report: _report, ...rest } = many.result;
    const { projectId: _id, metrics: same, report: _references, ...expected } = one.result;
    expect(rest).toEqual(expected);
    expect(metrics.spend).toEqual(same.spend);
    expect(metrics.tasks).toEqual(same.tasks);
  });

  it('keeps waiting for people and for agents that began in a run before', TIMEOUT, async () => {
    const agent = Promise.withResolvers<void>();
    const model = new ScriptedModel(async (request) => {
      if (says(request, 'Write slow') && !isJudgement(request)) await agent.promise;
      return isJudgement(request) ? judgement(says(request, 'doubtful.md') && !says(request, 't0.md') ? 1 : 10) : write(request);
    });
    const tasks = [documentTask('slow'), documentTask('doubtful'), ...layers(5)];
    await temporal.withWorker({ model }, async (client, taskQueue) => {
      const project = await new StartedProject().start('ShortRunProjectWorkflow', taskQueue, {
        spec: specWithTasks(tasks, { budgetTotal: 400_000 }),
        seed: 0,
      });
      const first = await project.currentRun();
      const reviews = await until(async () => {
        const status = await project.status();
        return status.reviews.length === 1 && status.tasks.filter(({ state }) => state === 'succeeded').length === 20 && status.reviews;
      });
      expect(await project.nextRun(first)).not.toBe(first);
      expect(statesOf(await project.status())).toMatchObject({ slow: 'running', doubtful: 'waiting-for-person' });
      agent.resolve();
      await until(async () => statesOf(await project.status()).slow === 'succeeded');
      const handle = temporal.environment.client.workflow.getHandle(reviews[0]!);
      const { manifest } = await handle.query<{ readonly manifest: { readonly sha256: string } }>('kamachiq.review');
      const word = { decision: 'approve', reviewer: 'Ada', comment: '', manifestSha256: manifest.sha256 };
      await handle.executeUpdate<HumanDecision, [object]>('kamachiq.decide-review', { args: [word] });
      const result = await client.project(project.projectId).result();
      expect(result).toMatchObject({ status: 'approved', metrics: { tasks: { total: 22, succeeded: 22 } } });
      const { tasks: reported } = await reportOf(temporal, result);
      expect(reported.find(({ node }) => node.id === 'doubtful')?.reason).toContain('Approved by Ada.');
    });
  });

  it('reaches agents of runs before when it is cancelled, and knows what they spent', TIMEOUT, async () => {
    const model = new ScriptedModel(async (request, _index, signal) => {
      if (says(request, 'Write slow') && !isJudgement(request))
        await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('cancelled'))));
      return write(request);
    });
    await temporal.withWorker({ model }, async (_client, taskQueue) => {
      const project = await new StartedProject().start('ShortRunProjectWorkflow', taskQueue, {
        spec: specWithTasks([documentTask('slow'), documentTask('slow-too'), ...layers(5)], { budgetTotal: 400_000 }),
        seed: 0,
      });
      const first = await project.currentRun();
      await project.nextRun(first);
      await until(async () => (await project.status()).tasks.filter(({ state }) => state === 'succeeded').length === 20);
      await temporal.environment.client.workflow.getHandle(project.projectId).cancel();
      await expect(project.handle.result()).rejects.toThrow();
      const { result, tasks } = await project.status();
      expect(result).toMatchObject({ status: 'cancelled' });
      expect(statesOf({ tasks })).toMatchObject({ slow: 'cancelled', 'slow-too': 'cancelled' });
      const report = await reportOf(temporal, result!);
      expect(report.tasks.find(({ node }) => node.id === 'slow')?.reason).toBe('The task was stopped with the project.');
      expect(report.budget.spent).toBe(report.modelCalls.reduce((sum, call) => sum + call.inputTokens + call.outputTokens, 0));
    });
  });

  it('ends as it is cancelled while it stores what settled tasks told', TIMEOUT, async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const folder = temporal.artifacts();
    const artifacts: ArtifactStore = {
      specificationVersion: 1,
      doGet: (reference) => folder.doGet(reference),
      doPut: async (content, mediaType) => {
        if (Buffer.from(content).toString().startsWith('[{"taskId":')) {
          asked.resolve();
          await answer.promise;
        }
        return folder.doPut(content, mediaType);
      },
    };
    await temporal.withWorker({ model: new ScriptedModel((request) => write(request)), artifacts }, async (_client, taskQueue) => {
      const spec = specWithTasks(layers(5), { budgetTotal: 400_000 });
      const project = await new StartedProject().start('ShortRunProjectWorkflow', taskQueue, { spec, seed: 0 });
      await asked.promise;
      await project.handle.cancel();
      await until(async () => {
        const { events } = await project.handle.fetchHistory();
        return events?.some(({ workflowExecutionCancelRequestedEventAttributes: requested }) => requested);
      });
      answer.resolve();
      await expect(project.handle.result()).rejects.toThrow();
      const { result } = await project.status();
      expect(result).toMatchObject({ status: 'cancelled' });
      // Its code never ran in circles.
      const { events } = await project.handle.fetchHistory();
      expect(events?.flatMap(({ workflowTaskFailedEventAttributes: failed }) => failed?.failure?.message ?? [])).not.toContainEqual(
        expect.stringContaining('timed out'),
      );
      const report = await reportOf(temporal, result!);
      expect(report.budget.spent).toBe(report.modelCalls.reduce((sum, call) => sum + call.inputTokens + call.outputTokens, 0));
    });
  });

  it('takes an order once, whichever of its runs is asked', TIMEOUT, async () => {
    const agent = Promise.withResolvers<void>();
    const model = new ScriptedModel(async (request) => {
      if (says(request, 'Write slow') && !isJudgement(request)) await agent.promise;
      return write(request);
    });
    await temporal.withWorker({ model }, async (_client, taskQueue) => {
      const project = await new StartedProject().start('ShortRunProjectWorkflow', taskQueue, {
        spec: specWithTasks([documentTask('slow'), ...layers(5)], { budgetTotal: 400_000 }),
        seed: 0,
      });
      const first = await project.currentRun();
      await until(async () => (await project.status()).phase === 'executing');
      const receipt = await project.order('raise-budget', { tokens: 1_000 }, 'raise-once');
      const paused = await project.order('pause', {}, 'pause-once');
      await project.order('resume', {});
      await project.nextRun(first);
      expect(await project.order('raise-budget', { tokens: 1_000 }, 'raise-once')).toEqual(receipt);
      expect(await project.order('pause', {}, 'pause-once')).toEqual(paused);
      agent.resolve();
      const result = await project.handle.result();
      expect(result).toMatchObject({ status: 'approved', metrics: { spend: { budgetTotal: 401_000 } } });
      expect((await reportOf(temporal, result)).control?.orders.map(({ kind }) => kind)).toEqual(['raise-budget', 'pause', 'resume']);
    });
  });

  it('leaves no agent at work when it is terminated', TIMEOUT, async () => {
    let asked = 0;
    const model = new ScriptedModel(async () => {
      asked += 1;
      // Slow enough for the server to be asked between two calls, long before its tokens are used up.
      await delay(200);
      return 'and on';
    });
    const runner = new DrawsOnRunner();
    await temporal.withWorker({ model, runner }, async (_client, taskQueue) => {
      const project = await new StartedProject().start('KamachiqProjectWorkflow', taskQueue, {
        spec: specWithTasks([documentTask('endless')]),
        seed: 0,
      });
      await until(async () => asked > 2);
      const [task] = (await project.status()).tasks;
      await temporal.environment.client.workflow.getHandle(project.projectId).terminate();
      const agentTask = temporal.environment.client.workflow.getHandle(task!.workflowId!);
      expect(await agentTask.result()).toMatchObject({ succeeded: false, reason: expect.stringContaining('agent.project-ended') });
      const calls = asked;
      expect(await runner.ended.promise).toMatchObject({ code: 'agent.project-ended' });
      expect(asked).toBe(calls);
    });
  });

  it('answers every order and every question that comes while one run follows the other', TIMEOUT, async () => {
    await temporal.withWorker({ model: new ScriptedModel((request) => write(request)) }, async (client, taskQueue) => {
      const project = await new StartedProject().start('ShortRunProjectWorkflow', taskQueue, {
        spec: specWithTasks(layers(10), { budgetTotal: 400_000 }),
        seed: 0,
      });
      await until(async () => (await project.status()).phase === 'executing');
      const first = await project.currentRun();
      const ordered = client.project(project.projectId);
      const receipts: ControlReceipt[] = [];
      let ended = false;
      const ordering = (async () => {
        while (!ended && receipts.length < 200) {
          const slots = 4 + (receipts.length % 5);
          const receipt = await ordered.setConcurrency(slots, { reason: 'I want it so.' }).catch(async (error: unknown) => {
            // Once its tasks are done it takes none any more; until then every order has its answer.
            if ((await project.status()).phase === 'executing') throw error;
            return null;
          });
          if (receipt === null) return;
          receipts.push(receipt);
        }
      })();
      const looking = (async () => {
        while (!ended) expect((await ordered.status()).tasks).toHaveLength(40);
      })();
      const result = await project.handle.result();
      ended = true;
      await Promise.all([ordering, looking]);
      expect(result.status).toBe('approved');
      expect(await project.currentRun()).not.toBe(first);
      const { control } = await reportOf(temporal, result);
      expect(control?.orders.map(({ effect }) => effect)).toEqual(receipts.map(({ effect }) => effect));
    });
  });
});
