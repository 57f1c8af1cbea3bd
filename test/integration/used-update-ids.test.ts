import { KamachiqClient, type OrderOptions, type ProjectHandle } from 'kamachiq/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reference, scriptedActivities, withActivities } from '../support/scripted-activities.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';
import { until } from '../support/until.js';

/* What a real project is asked under update ids that something else was asked under; its activities are scripted, so that its agent works until the test ends. */

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

type Ask = (handle: ProjectHandle, options: OrderOptions) => Promise<unknown>;

const ASKED: Readonly<Record<string, Ask>> = {
  'raise 10': (handle, options) => handle.raiseBudget({ tokens: 10 }, options),
  'raise 10, dollars too': (handle, options) => handle.raiseBudget({ tokens: 10, dollars: 1 }, options),
  'raise 77,000': (handle, options) => handle.raiseBudget({ tokens: 77_000 }, options),
  'set 3': (handle, options) => handle.setConcurrency(3, options),
  'set 4': (handle, options) => handle.setConcurrency(4, options),
  'cancel b': (handle, options) => handle.cancelTask('b', options),
  'cancel c': (handle, options) => handle.cancelTask('c', options),
  'retry b': (handle, options) => handle.retryTask('b', options),
  pause: (handle, options) => handle.pause(options),
  'add d': (handle, { reason, ...options }) => handle.revise({ add: [documentTask('d')] }, reason, options),
  'add e': (handle, { reason, ...options }) => handle.revise({ add: [documentTask('e')] }, reason, options),
  'drop e': (handle, { reason, ...options }) => handle.revise({ drop: ['e'] }, reason, options),
  'drop a, which has begun': (handle, { reason, ...options }) => handle.revise({ drop: ['a'] }, reason, options),
};

const answerOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch(({ code, message, context }: { readonly code: string; readonly message: string; readonly context: unknown }) => ({
    code,
    message,
    context,
  }));

it('what was asked under an update id is answered again, everything else is refused under it and not done', async () => {
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  const activities = scriptedActivities({
    'kamachiq.spawnAgent': async (input) => {
      await mayEnd;
      return scriptedActivities()['kamachiq.spawnAgent'](input);
    },
    'kamachiq.validateTaskGraph': async ({ revision }) => ({
      findings: [],
      ...(revision === undefined ? {} : { revised: { plan: reference('5') } }),
    }),
  });
  await withActivities(temporal.environment, activities, async (taskQueue) => {
    const handle = await new KamachiqClient(temporal.environment.client, { taskQueue }).submit(
      specWithTasks([documentTask('a'), documentTask('b', ['a']), documentTask('c', ['a'])], { budgetDollars: 5 }),
    );
    try {
      await until(async () => (await handle.status()).phase === 'executing');
      // The refusals stand in the history too: they come last.
      for (const first of ['raise 10', 'set 3', 'cancel b', 'add d', 'drop a, which has begun']) {
        const options = { reason: 'Because.', updateId: `ticket of ${first}` };
        const answer = await answerOf(ASKED[first]!(handle, options));
        const before = await handle.status();
        expect(await answerOf(ASKED[first]!(handle, options))).toEqual(answer);
        const isRefused = first.startsWith('drop a');
        for (const [other, ask] of Object.entries(ASKED)) {
          if (other === first || (isRefused && /^(add|drop)/.test(other))) continue;
          expect([other, await answerOf(ask(handle, options))]).toEqual([
            other,
            {
              code: 'control.update-id-taken',
              message: expect.stringContaining(options.updateId),
              context: { updateId: options.updateId },
            },
          ]);
        }
        const { budget, slots, control, tasks, revisions } = await handle.status();
        expect([budget, slots, control?.orders, control?.pausedAt, tasks.map(({ id, state }) => [id, state]), revisions]).toEqual([
          before.budget,
          before.slots,
          before.control?.orders,
          null,
          before.tasks.map(({ id, state }) => [id, state]),
          before.revisions,
        ]);
      }
      const taken = await handle.pause({ reason: 'Because.', updateId: 'ticket of raise 10' }).catch((error: unknown) => error);
      expect(taken).toMatchObject({
        message: expect.stringMatching(/raise-budget.*The budget is 100010 tokens/),
        remedy: expect.stringMatching(/new update id/),
      });
    } finally {
      end();
    }
    await handle.result();
  });
});
