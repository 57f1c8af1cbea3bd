import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { ProjectInput, ProjectProgress, ProjectResult } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptedActivities, smallProject, startTimeSkipping, withActivities } from '../support/scripted-activities.js';
import { statesOf } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';

/* What ladders do with optional tasks, the default and others: the real workflows, with scripted activities that spend all that they are given. */

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTimeSkipping();
});
afterAll(async () => environment?.teardown());

const NODES = [documentTask('a', [], { estimatedTokens: 1_000 }), documentTask('extra', [], { estimatedTokens: 1_000, optional: true })];

async function run(workflowType: string, budgetTotal: number) {
  const scripted = scriptedActivities();
  const seen: object[] = [];
  const activities = {
    ...scripted,
    'kamachiq.spawnAgent': async (input: Parameters<(typeof scripted)['kamachiq.spawnAgent']>[0]) => {
      const { task, attempt, holdTokens, terms } = input;
      seen.push({ id: task.id, attempt, holdTokens, ...(terms === undefined ? {} : { terms }) });
      return { ...(await scripted['kamachiq.spawnAgent'](input)), tokensSpent: holdTokens };
    },
  };
  const work = async (taskQueue: string) => {
    const input: ProjectInput = { ...smallProject(), spec: specWithTasks(NODES, { budgetTotal }) };
    const handle = await environment.client.workflow.start<(value: ProjectInput) => Promise<ProjectResult>>(workflowType, {
      taskQueue,
      workflowId: input.projectId,
      args: [input],
    });
    const result = await handle.result();
    return { result, seen, status: await handle.query<ProjectProgress>('kamachiq.status') };
  };
  return withActivities(environment, activities, work, new URL('../support/workflows.ts', import.meta.url));
}

describe('the default ladder', () => {
  it('lets what is optional make do with less once nothing else needs what is left', async () => {
    const { result, seen } = await run('KamachiqProjectWorkflow', 1_700);
    expect(result.status).toBe('approved');
    expect(seen).toEqual([
      { id: 'a', attempt: 1, holdTokens: 1_000 },
      { id: 'extra', attempt: 1, holdTokens: 615, terms: { outputShare: 0.61 } },
    ]);
  });

  it('drops what is optional, and says what it lacked, where too little is left even for less', async () => {
    const { result, status } = await run('KamachiqProjectWorkflow', 1_200);
    expect(result.status).toBe('approved');
    expect(status.control!.degradations).toMatchObject([
      { step: 'drop-optional', taskId: 'extra', words: 'It is optional: it needs 1000 tokens, 140 can be had.' },
    ]);
  });
});

describe('a ladder without drop-optional', () => {
  it('asks about what is optional, and goes on without it where nobody answers: it is no reason for a project to fail', async () => {
    const { result, status } = await run('AskingProjectWorkflow', 1_600);
    expect(result.status).toBe('approved');
    expect(statesOf(status)).toEqual({ a: 'succeeded', extra: 'skipped' });
    expect(status.control?.degradations).toMatchObject([{ step: 'ask-person' }, { step: 'drop-optional', taskId: 'extra' }]);
  });

  it('does what is optional with less where it may', async () => {
    const { result, seen } = await run('SteadyProjectWorkflow', 1_600);
    expect(result.status).toBe('approved');
    expect(seen).toEqual([
      { id: 'a', attempt: 1, holdTokens: 1_000 },
      { id: 'extra', attempt: 1, holdTokens: 520, terms: { outputShare: 0.52 } },
    ]);
  });

  it('goes on without it where nothing of it helps', async () => {
    const { result, status } = await run('SteadyProjectWorkflow', 1_200);
    expect(result.status).toBe('approved');
    expect(statesOf(status)).toEqual({ a: 'succeeded', extra: 'skipped' });
  });
});
