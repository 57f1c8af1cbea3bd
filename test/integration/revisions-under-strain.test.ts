import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { KamachiqClient } from 'kamachiq/client';
import type { ProjectResult, RegisteredActivities } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpacked } from '../../src/workflow/packed-json.js';
import { reference, scriptedActivities, verdict, withActivities } from '../support/scripted-activities.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';
import { until } from '../support/until.js';

/* What the workflow of a project does with changes that come at a bad moment, are none, or are too many; with activities that answer what a test says. */

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

type Validate = RegisteredActivities['kamachiq.validateTaskGraph'];
const passed = { passed: true, manifest: reference('a'), record: reference('b'), candidates: 1, tokensSpent: 10, problems: [] };

interface WorkingProject {
  readonly handle: WorkflowHandle;
  /** Lets the first task come to its end. */
  readonly letGo: () => void;
  /** Lets the task beside it come to its end too, without which the project goes on. */
  readonly letEnd: () => void;
}

/** A project of `first`, which works until it is let go, `second` behind it, and `beside`, which works until the end is allowed. */
async function whileFirstWorks(
  work: (project: WorkingProject) => Promise<void>,
  validate: Validate = async ({ revision }) => ({ findings: [], ...(revision === undefined ? {} : { revised: { plan: reference('7') } }) }),
  failing = false,
): Promise<void> {
  const started = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const activities = scriptedActivities({
    'kamachiq.validateTaskGraph': validate,
    'kamachiq.spawnAgent': async ({ task }) => {
      if (task.id === 'first') {
        started.resolve();
        await over.promise;
        if (failing) return { ...passed, passed: false, manifest: null };
      } else if (task.id === 'beside') await end.promise;
      return passed;
    },
  });
  await withActivities(temporal.environment, activities, async (taskQueue) => {
    const projectId = randomUUID();
    const spec = specWithTasks([documentTask('first'), documentTask('second', ['first']), documentTask('beside')]);
    const input = { projectId, spec, seed: 0 };
    const handle = await temporal.environment.client.workflow.start('KamachiqProjectWorkflow', { taskQueue, workflowId: projectId, args: [input] });
    await started.promise;
    try {
      await work({ handle, letGo: over.resolve, letEnd: end.resolve });
    } finally {
      over.resolve();
      end.resolve();
    }
  });
}

const change = (handle: WorkflowHandle, patch: unknown, reason = 'So it goes on.') =>
  handle.executeUpdate('kamachiq.revise-plan', { args: [{ patch, reason }] }).catch((error: { readonly cause: unknown }) => error.cause);

/** gRPC's code for it. */
const FAILED_PRECONDITION = 9;

const more = { add: [documentTask('more', ['first'], { estimatedTokens: 10 })] };
const refused = (message: string) => ({ type: 'kamachiq.graph.patch-refused', message: expect.stringContaining(message) });

/** Compiles plans at once, and a change when it is let: it says when it was asked, and waits until it may answer. */
function heldUp(answer: Awaited<ReturnType<Validate>>) {
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  const validate: Validate = async ({ revision }) => {
    if (revision === undefined) return { findings: [] };
    asked.resolve();
    await answered.promise;
    return answer;
  };
  return { asked, answered, validate };
}

describe('a change of a plan', () => {
  it('is answered where the project is cancelled meanwhile', async () => {
    const { asked, answered, validate } = heldUp({ findings: [] });
    await whileFirstWorks(async ({ handle, letGo, letEnd }) => {
      const answer = change(handle, more);
      await asked.promise;
      await handle.cancel();
      letGo();
      letEnd();
      try {
        expect(await answer).toMatchObject(refused('only be changed while its tasks are carried out'));
        await expect(handle.result()).rejects.toThrow();
      } finally {
        answered.resolve();
      }
    }, validate);
  });

  it('is refused where what it needs failed while it was compiled', async () => {
    const { asked, answered, validate } = heldUp({ findings: [], revised: { plan: reference('7') } });
    await whileFirstWorks(
      async ({ handle, letGo, letEnd }) => {
        const answer = change(handle, more);
        await asked.promise;
        letGo();
        const states = async () => (await handle.query<{ readonly tasks: readonly { readonly state: string }[] }>('kamachiq.status')).tasks;
        await until(async () => (await states())[1]!.state === 'upstream-failed');
        answered.resolve();
        expect(await answer).toMatchObject(refused('Task "more" would never start: "first" is failed.'));
        letEnd();
        expect(((await handle.result()) as ProjectResult).metrics.tasks.total).toBe(3);
      },
      validate,
      true,
    );
  });

  it('makes no history too long, however large it is and however many there are', { timeout: 120_000 }, async () => {
    const large = { add: [documentTask('large', [], { inputs: { text: 'x'.repeat(900_000) } })] };
    const validate: Validate = async ({ revision }) => ({
      findings:
        revision === undefined ? [] : [{ code: 'graph.empty', severity: 'error', taskIds: [], message: 'No.', witness: [], suggestion: 'None.' }],
    });
    await whileFirstWorks(async ({ handle, letGo, letEnd }) => {
      const current = () => temporal.environment.client.workflow.getHandle(handle.workflowId).describe();
      const runs = new Set([(await current()).runId]);
      for (let changes = 0; changes < 12; changes += 1) {
        // A run that ends throws a change back now and then; a client of ours asks again by itself.
        const answer = await until(async () => {
          const cause = await change(handle, large);
          return (cause as { readonly code?: unknown }).code === FAILED_PRECONDITION ? null : cause;
        });
        expect(answer).toMatchObject(refused('No.'));
        const { runId, historySize } = await current();
        runs.add(runId);
        // The server ends a run with 50 MB.
        expect(historySize).toBeLessThan(10_000_000);
      }
      expect(runs.size).toBeGreaterThan(1);
      letGo();
      letEnd();
      expect(await handle.result()).toMatchObject({ status: 'approved' });
    }, validate);
  });
});

describe('what is told of a project', () => {
  it('is there however much its tasks handed on', async () => {
    const tasks = Array.from({ length: 140 }, (_, number) =>
      documentTask(`t${number}`, [], { estimatedTokens: 10, outputs: [{ name: 'much', type: 'string' }] }),
    );
    const activities = scriptedActivities({
      'kamachiq.spawnAgent': async () => ({ ...passed, outputs: { much: 'x'.repeat(15_900) } }),
    });
    await withActivities(temporal.environment, activities, async (taskQueue) => {
      const project = await new KamachiqClient(temporal.environment.client, { taskQueue }).submit(specWithTasks(tasks, { budgetTotal: 1_000_000 }));
      expect((await project.result()).status).toBe('approved');
      const status = await project.status();
      expect(status.tasks.map(({ state }) => state)).toEqual(tasks.map(() => 'succeeded'));
      expect(status.tasks.every(({ outputs }) => outputs === undefined)).toBe(true);
    });
  });

  it('tells what a task spent from what the review did, whatever the task is called', async () => {
    const activities = scriptedActivities({
      'kamachiq.spawnAgent': async () => passed,
      // Instruments leave something to the model.
      'kamachiq.evaluateQuality': async ({ task, holdTokens }) => ({
        verdict: verdict('approve'),
        unscored: holdTokens === 0 ? ['style' as const] : [],
        checks: [],
        tokensSpent: task === null && holdTokens > 0 ? 3 : 0,
        manifest: reference('9'),
        record: reference('c'),
      }),
      'kamachiq.finalizeProject': async ({ spent, tasks }) => ({
        report: {
          json: { ...reference('d'), bytes: spent.review },
          markdown: { ...reference('e'), bytes: unpacked(tasks)[0]!.tokensSpent },
          html: reference('f'),
        },
        files: [],
        manifest: reference('0'),
        makespanMilliseconds: 1,
        lowerBoundMilliseconds: 1,
      }),
    });
    await withActivities(temporal.environment, activities, async (taskQueue) => {
      for (const id of ['review', 'planning']) {
        const project = await new KamachiqClient(temporal.environment.client, { taskQueue }).submit(specWithTasks([documentTask(id)]));
        const { report } = await project.result();
        expect([report.json.bytes, report.markdown.bytes]).toEqual([3, 10]);
      }
    });
  });
});
