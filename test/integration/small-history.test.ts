import { ApplicationFailure } from '@temporalio/common';
import { ScriptedModel } from 'kamachiq/testing';
import type { BriefTaskResult, DecomposeProjectResult, FinalizeProjectInput } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packJson, unpacked } from '../../src/workflow/packed-json.js';
import { reference, runProject, scriptedActivities, smallProject } from '../support/scripted-activities.js';
import { reportOf, write } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

const [FEW, MANY] = [10, 40] as const;

/** The history of a workflow, and its size on the server. */
async function historyOf(workflowId: string) {
  const { client } = temporal.environment;
  const handle = client.workflow.getHandle(workflowId);
  const { events } = await handle.fetchHistory();
  const { historySize } = await handle.describe();
  return { events: events!, bytes: historySize! };
}

describe('the history of a project', () => {
  it('grows by at most 10 events and 3.3 kB with a task that its spec names, and its report has all that is not there', {
    timeout: 120_000,
  }, async () => {
    const model = new ScriptedModel((request) => write(request));
    await temporal.withWorker({ model }, async (client) => {
      const carryOut = async (count: number) => {
        const tasks = Array.from({ length: count }, (_, index) => documentTask(`t${index}`));
        const handle = await client.submit(specWithTasks(tasks, { budgetTotal: 1_000_000 }));
        const result = await handle.result();
        expect(result).toMatchObject({ status: 'approved', metrics: { tasks: { succeeded: count } } });
        return { tasks, result, ...(await historyOf(handle.projectId)) };
      };
      const few = await carryOut(FEW);
      const { tasks, result, events, bytes } = await carryOut(MANY);
      expect((events.length - few.events.length) / (MANY - FEW)).toBeLessThan(10);
      expect((bytes - few.bytes) / (MANY - FEW)).toBeLessThan(3_300);
      const ended = events.flatMap(({ childWorkflowExecutionCompletedEventAttributes: child }) =>
        child == null ? [] : [JSON.parse(Buffer.from(child.result!.payloads![0]!.data!).toString()) as BriefTaskResult],
      );
      expect(ended).toHaveLength(MANY);
      for (const each of ended) {
        expect(each).toMatchObject({ succeeded: true, stored: { attempts: 1, verdict: { decision: 'approve' } } });
        expect(Object.keys(each).sort()).toEqual(['manifest', 'settlements', 'stored', 'succeeded']);
      }
      const report = await reportOf(temporal, result);
      for (const task of report.tasks)
        expect(task).toMatchObject({ attempts: [{ attempt: 1, outcome: 'passed' }], verdict: { decision: 'approve' } });
      expect(report.tasks.map(({ node }) => node)).toEqual(tasks);
      // Nothing that a model was paid for is missing because it went by reference.
      const called = report.modelCalls.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
      expect(called).toBe(result.metrics.spend.tokensSpent);
    });
  });

  it('has a large plan packed, and a small one as people can read it', { timeout: 120_000 }, async () => {
    const planned: DecomposeProjectResult['graph'][] = [];
    const scripted = scriptedActivities();
    const activities = scriptedActivities({
      'kamachiq.decomposeProject': async (input) => {
        const { graph, ...others } = await scripted['kamachiq.decomposeProject'](input);
        const told = input.packs === true && input.spec.tasks.length > 10 ? packJson(graph) : graph;
        planned.push(told);
        return { ...others, graph: told };
      },
    });
    for (const count of [4, 40]) {
      const tasks = Array.from({ length: count }, (_, index) => documentTask(`t${index}`, index === 0 ? [] : [`t${index - 1}`]));
      const result = await runProject(temporal.environment, activities, { ...smallProject(), spec: specWithTasks(tasks) });
      expect(result).toMatchObject({ status: 'approved', metrics: { tasks: { succeeded: count } } });
    }
    expect(planned.map((graph) => 'packed' in graph)).toEqual([false, true]);
  });

  it('is what the report is written from where the store has the plan no more', async () => {
    const told: FinalizeProjectInput[] = [];
    const scripted = scriptedActivities();
    const activities = scriptedActivities({
      'kamachiq.finalizeProject': async (input) => {
        told.push(input);
        if (input.planned !== undefined) throw ApplicationFailure.create({ type: 'kamachiq.report.plan-lost', nonRetryable: true });
        return scripted['kamachiq.finalizeProject'](input);
      },
    });
    const input = smallProject();
    expect(await runProject(temporal.environment, activities, input)).toMatchObject({ status: 'approved' });
    expect(told.map(({ planned, tasks }) => [planned, unpacked(tasks).map(({ node }) => node)])).toEqual([
      [reference('1'), input.spec.tasks.map(({ id }) => ({ id }))],
      [undefined, input.spec.tasks],
    ]);
  });

  it('has by value what the store has not: a delivery that failed after the review that counts', async () => {
    let told: FinalizeProjectInput | null = null;
    const failure = { type: 'kamachiq.model.refused', nonRetryable: true, details: [{ tokensSpent: 7, record: reference('7') }] };
    const scripted = scriptedActivities();
    let asked = 0;
    const activities = scriptedActivities({
      'kamachiq.evaluateQuality': async (input) => {
        const measured = await scripted['kamachiq.evaluateQuality'](input);
        if (input.task === null) return measured;
        asked += input.holdTokens > 0 ? 1 : 0;
        if (asked > 1) throw ApplicationFailure.create(failure);
        const short = asked === 1 ? { short: 'Too little.', neededTokens: 10, record: reference('6') } : {};
        return { ...measured, ...short, unscored: ['correctness'], account: reference('5') };
      },
      'kamachiq.finalizeProject': async (input) => {
        told = input;
        return scripted['kamachiq.finalizeProject'](input);
      },
    });
    const result = await runProject(temporal.environment, activities, { ...smallProject(), spec: specWithTasks([documentTask('a')]) });
    expect(result).toMatchObject({ status: 'approved', metrics: { spend: { tokensSpent: 107 } } });
    expect(asked).toBe(2);
    const [task] = unpacked(told!.tasks);
    expect(task).toMatchObject({ attempts: [{ attempt: 1 }], verdict: { decision: 'approve' }, records: ['b', '6', '7'].map(reference) });
    expect(task).not.toHaveProperty('accounts');
  });
});
