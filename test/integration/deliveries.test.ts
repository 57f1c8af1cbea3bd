import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ApplicationFailure } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { FinalizeProjectInput, ProjectInput, ProjectResult } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '../support/quiet-runtime.js';
import { specWithTasks } from '../support/specs.js';
import { until } from '../support/until.js';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  const path = process.env.KAMACHIQ_TIME_SKIPPING_SERVER!;
  environment = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } });
});
afterAll(async () => environment?.teardown());

const record = (digit: string) => ({ sha256: digit.repeat(64), bytes: 10, mediaType: 'application/json' });
const busy = (tokensSpent: number, retryAfterMilliseconds: number | null, digit: string) =>
  ApplicationFailure.create({
    type: 'kamachiq.model.rate-limited',
    message: 'slow down',
    details: [{ tokensSpent, retryAfterMilliseconds, record: record(digit) }],
  });

describe('planning, delivered again and again', () => {
  it('stays within its hold: what told its spend is charged that, what was lost its share', { timeout: 60_000 }, async () => {
    const holds: number[] = [];
    const lost = Promise.withResolvers<void>();
    let finalized: FinalizeProjectInput | null = null;
    const activities = {
      // Four deliveries: one tells what it spent, one is lost without a heartbeat, two tell again.
      'kamachiq.decomposeProject': async ({ holdTokens }: { readonly holdTokens: number }) => {
        holds.push(holdTokens);
        if (holds.length === 1) throw busy(100, 86_400_000, '1');
        if (holds.length === 2) await lost.promise;
        if (holds.length === 3) throw busy(25, null, '3');
        throw busy(7, null, '4');
      },
      'kamachiq.finalizeProject': async (input: FinalizeProjectInput) => {
        finalized = input;
        return {
          report: { json: record('d'), markdown: record('e'), html: record('f') },
          files: [],
          manifest: record('0'),
          makespanMilliseconds: 1,
          lowerBoundMilliseconds: 1,
        };
      },
    };
    const taskQueue = `test-${randomUUID()}`;
    const worker = await Worker.create({
      connection: environment.nativeConnection,
      taskQueue,
      workflowsPath: fileURLToPath(new URL('../../src/workflows.ts', import.meta.url)),
      activities,
    });
    const { result, timers } = await worker.runUntil(async () => {
      const projectId = randomUUID();
      const handle = await environment.client.workflow.start<(input: ProjectInput) => Promise<ProjectResult>>('KamachiqProjectWorkflow', {
        taskQueue,
        workflowId: projectId,
        args: [{ projectId, spec: specWithTasks([], { budgetTotal: 5_000, timeoutMinutes: 60 }), seed: 0 }],
        workflowExecutionTimeout: '1 day',
      });
      await until(async () => {
        await environment.sleep('30 seconds');
        return (await handle.describe()).status.name !== 'RUNNING';
      });
      lost.resolve();
      const { events } = await handle.fetchHistory();
      return {
        result: await handle.result(),
        timers: events!.flatMap(({ timerStartedEventAttributes: timer }) => (timer ? Number(timer.startToFireTimeout!.seconds) : [])),
      };
    });
    // Half of what is left each time: of 1,000, of 900, of 450; and at last all that is left, 425.
    expect(holds).toEqual([500, 450, 225, 425]);
    expect(finalized!.spent).toMatchObject({ planning: 100 + 450 + 25 + 7, total: 582 });
    expect(finalized!.records.map(({ sha256 }) => sha256[0])).toEqual(['1', '3', '4']);
    // Beside the clock: what a provider asks for is cut to five minutes; without a word the wait doubles from a second.
    expect(timers).toEqual([3_600, 300, 2, 4]);
    expect(result).toMatchObject({ status: 'failed', reason: expect.stringContaining('slow down') });
  });
});
