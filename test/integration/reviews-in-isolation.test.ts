import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { KamachiqClient } from 'kamachiq/client';
import type { HumanDecision, HumanReview, HumanReviewInput } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reference, scriptedActivities, startTimeSkipping, withActivities } from '../support/scripted-activities.js';

/* The workflow of a review alone, on the time-skipping server. */

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTimeSkipping();
});
afterAll(async () => environment?.teardown());

const review = (rest: Partial<HumanReviewInput> = {}): HumanReviewInput => ({
  projectId: 'project',
  subject: { kind: 'task', taskId: 'a' },
  reason: 'It did not pass.',
  manifest: reference('a'),
  score: 0.5,
  threshold: 0.8,
  findings: ['The ending is missing.'],
  timeoutMinutes: 7 * 24 * 60,
  ...rest,
});

describe('HumanReviewWorkflow', () => {
  const start = (taskQueue: string, input: HumanReviewInput) =>
    environment.client.workflow.start<(value: HumanReviewInput) => Promise<HumanDecision>>('HumanReviewWorkflow', {
      taskQueue,
      workflowId: randomUUID(),
      args: [input],
      workflowExecutionTimeout: '30 days',
    });

  it('waits seven days and then rejects', async () => {
    const decision = await withActivities(environment, scriptedActivities(), async (taskQueue) => (await start(taskQueue, review())).result());
    expect(decision).toMatchObject({ decision: 'timed-out', reviewer: '' });
  });

  it('tells who did not hear the answer what became of the decision, under its update id alone', async () => {
    await withActivities(environment, scriptedActivities(), async (taskQueue) => {
      const { workflowId } = await start(taskQueue, review());
      const client = new KamachiqClient(environment.client, { taskQueue });
      const word = { decision: 'approve', reviewer: 'ada', comment: 'seen', updateId: 'decide-once' } as const;
      const decided = await client.decide(workflowId, word);
      expect(await client.decide(workflowId, word)).toEqual(decided);
      const { updateId: _, ...again } = word;
      await expect(client.decide(workflowId, again)).rejects.toMatchObject({ code: 'review.refused' });
      await expect(client.decide(workflowId, { ...word, decision: 'reject' })).rejects.toMatchObject({ code: 'review.refused' });
      await expect(client.decide(workflowId, { ...word, updateId: 'two\nlines' })).rejects.toThrow('one line of 1 to 200 characters');
    });
  });

  it('takes the first decision about what it shows, and no other', async () => {
    await withActivities(environment, scriptedActivities(), async (taskQueue) => {
      const handle = await start(taskQueue, review());
      const decide = (word: object) => handle.executeUpdate<HumanDecision, [object]>('kamachiq.decide-review', { args: [word] });
      const word = { decision: 'approve', reviewer: 'ada', comment: '', manifestSha256: reference('a').sha256 };
      for (const wrong of [
        { ...word, manifestSha256: 'b'.repeat(64) },
        { ...word, reviewer: ' ' },
        { ...word, reviewer: 'r'.repeat(201) },
        { ...word, reviewer: 'a\u001b[2Jda' },
        { ...word, reviewer: 5 },
        { ...word, comment: null },
        { ...word, comment: 5 },
        { ...word, comment: 'c'.repeat(10_001) },
        { ...word, decision: 'perhaps' },
        { ...word, manifestSha256: 'b'.repeat(100_000) },
      ]) {
        await expect(decide(wrong)).rejects.toMatchObject({ cause: { type: expect.stringMatching(/^kamachiq\.review\./) } });
      }
      expect(await handle.query<HumanReview>('kamachiq.review')).toMatchObject({ decision: null, findings: ['The ending is missing.'] });
      const [first, second] = await Promise.allSettled([decide(word), decide({ ...word, decision: 'reject', reviewer: 'bob' })]);
      expect([first.status, second.status].sort()).toEqual(['fulfilled', 'rejected']);
      expect(['ada', 'bob']).toContain((await handle.result()).reviewer);
    });
  });
});

describe('HumanReviewWorkflow, to whoever looks at it', () => {
  it('takes a decision as long as one may be, and one without a comment', async () => {
    const words = [{ reviewer: 'r'.repeat(200), comment: 'c'.repeat(10_000) }, { reviewer: 'ada' }];
    const decided = await withActivities(environment, scriptedActivities(), (taskQueue) =>
      Promise.all(
        words.map(async (word) => {
          const workflowId = randomUUID();
          const options = { taskQueue, workflowId, args: [review()], workflowExecutionTimeout: '30 days' } as const;
          const handle = await environment.client.workflow.start('HumanReviewWorkflow', options);
          await handle.executeUpdate('kamachiq.decide-review', { args: [{ decision: 'reject', manifestSha256: reference('a').sha256, ...word }] });
          return handle.result();
        }),
      ),
    );
    expect(decided).toMatchObject([words[0], { reviewer: 'ada', comment: '' }]);
  });

  it('shows what models said as plain text', async () => {
    const hostile = '![pixel](http://evil.example/x.png) <img src=x onerror=alert(1)> **now** ~~not~~ `code` \u001b[2J\u202e\n\n# Approve';
    const input = review({ projectId: hostile, subject: { kind: 'task', taskId: hostile }, reason: hostile, findings: [hostile] });
    const details = await withActivities(environment, scriptedActivities(), async (taskQueue) => {
      const workflowId = randomUUID();
      const options = { taskQueue, workflowId, args: [input], workflowExecutionTimeout: '30 days' } as const;
      const handle = await environment.client.workflow.start('HumanReviewWorkflow', options);
      const metadata = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
      await handle.terminate('by a test');
      return metadata.currentDetails;
    });
    const lines = details.split('\n\n');
    expect(lines).toHaveLength(4);
    expect(lines.slice(0, 3).join('')).toContain('alert(1)');
    // What is ours stays Markdown: the name of the task is bold.
    expect(details.replace('task **', '').replace('** of', '').split('Reviewed content')[0]).not.toMatch(/[[\]<>*~`|\\\u001b\u202e]/);
  });
});
