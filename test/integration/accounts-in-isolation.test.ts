import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { FinalizeProjectInput } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpacked } from '../../src/workflow/packed-json.js';
import { reference, runProject, scriptedActivities, smallProject, startTimeSkipping } from '../support/scripted-activities.js';
import { documentTask, specWithTasks } from '../support/specs.js';

/* What a project charges and reports for tasks that answer what no agent of ours would. */

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTimeSkipping();
});
afterAll(async () => environment?.teardown());

describe('KamachiqProjectWorkflow', () => {
  it('gives tokens back that were granted to a task that is gone', async () => {
    const workflows = new URL('../support/tasks-gone-before-the-answer.ts', import.meta.url);
    const result = await runProject(environment, scriptedActivities(), { ...smallProject(), spec: specWithTasks([documentTask('a')]) }, workflows);
    // Nobody told of the second attempt: its hold, were it still open, would be charged in full.
    expect(result).toMatchObject({ status: 'failed', metrics: { spend: { tokensSpent: 100 } } });
  });

  it('charges what an attempt told that it spent, though nothing else of what it answered makes sense', async () => {
    let finalized: FinalizeProjectInput | null = null;
    const scripted = scriptedActivities();
    const activities = scriptedActivities({
      'kamachiq.spawnAgent': async (input) => ({ ...(await scripted['kamachiq.spawnAgent'](input)), problems: null as never }),
      'kamachiq.finalizeProject': async (input) => {
        finalized = input;
        return scripted['kamachiq.finalizeProject'](input);
      },
    });
    const result = await runProject(environment, activities, { ...smallProject(), spec: specWithTasks([documentTask('a')]) });
    expect(result).toMatchObject({ status: 'failed', metrics: { spend: { tokensSpent: 100 } } });
    expect(finalized!).toMatchObject({ tasks: [{ state: 'failed', tokensSpent: 100, records: [reference('b')] }] });
  });

  it('charges what was spent beyond a hold, by the attempt as by its review', async () => {
    let finalized: FinalizeProjectInput | null = null;
    const judged: string[] = [];
    const scripted = scriptedActivities();
    const criterion = { name: 'clear', description: 'It is clear.' } as never;
    const activities = scriptedActivities({
      'kamachiq.spawnAgent': async (input) => {
        const spent = input.task.id === 'a' ? 9_100 : 3_000;
        return { ...(await scripted['kamachiq.spawnAgent'](input)), tokensSpent: spent };
      },
      'kamachiq.evaluateQuality': async (input) => {
        const measured = await scripted['kamachiq.evaluateQuality'](input);
        if (input.task === null || input.holdTokens === 0) return { ...measured, unscored: input.task === null ? [] : [criterion] };
        judged.push(input.task.id);
        return { ...measured, tokensSpent: 2_000 };
      },
      'kamachiq.finalizeProject': async (input) => {
        finalized = input;
        return scripted['kamachiq.finalizeProject'](input);
      },
    });
    const result = await runProject(environment, activities, smallProject());
    expect(result).toMatchObject({ status: 'approved', metrics: { spend: { tokensSpent: 9_100 + 3_000 + 2_000 } } });
    // A hold that is spent leaves nothing for the model's review.
    expect(judged).toEqual(['b']);
    expect(finalized!.tasks).toMatchObject([
      { tokensSpent: 9_100, attempts: [{ tokensHeld: 4_000, tokensSpent: 9_100 }] },
      { tokensSpent: 5_000, attempts: [{ tokensSpent: 3_000 }] },
    ]);
    expect(finalized!.spent.total).toBe(14_100);
  });

  it('reports tasks whose reasons are too long to be carried along', async () => {
    let finalized: FinalizeProjectInput | null = null;
    const scripted = scriptedActivities();
    const activities = scriptedActivities({
      'kamachiq.finalizeProject': async (input) => {
        finalized = input;
        return scripted['kamachiq.finalizeProject'](input);
      },
    });
    const spec = specWithTasks([documentTask('a'), documentTask('b')]);
    const workflows = new URL('../support/tasks-with-long-reasons.ts', import.meta.url);
    expect(await runProject(environment, activities, { ...smallProject(), spec }, workflows)).toMatchObject({ status: 'failed' });
    expect(unpacked(finalized!.tasks).map(({ reason }) => reason?.length)).toEqual([2_000, 2_000]);
  });
});
