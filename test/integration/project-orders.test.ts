import type { InvalidInputError } from 'kamachiq';
import type { OrderOptions, ProjectHandle } from 'kamachiq/client';
import { describe, expect, it } from 'vitest';
import { useScriptedProjects } from '../support/use-scripted-projects.js';

/* What a client makes of an order and of the answer; the project that answers is a scripted one. */

const shared = useScriptedProjects();

const ORDERS: readonly (readonly [kind: string, give: (handle: ProjectHandle, options: OrderOptions) => Promise<unknown>, sent: object])[] = [
  ['pause', (handle, options) => handle.pause(options), {}],
  ['resume', (handle, options) => handle.resume(options), {}],
  ['cancel-task', (handle, options) => handle.cancelTask('__proto__', options), { taskId: '__proto__' }],
  ['retry-task', (handle, options) => handle.retryTask('../x', options), { taskId: '../x' }],
  ['raise-budget', (handle, options) => handle.raiseBudget({ tokens: 500, dollars: 0.25 }, options), { tokens: 500, microDollars: 250_000 }],
  ['set-concurrency', (handle, options) => handle.setConcurrency(3, options), { slots: 3 }],
];

const problemOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: unknown) => error,
  );

describe.each(ORDERS)('%s', (kind, give, sent) => {
  it('is sent as it was given, answered with a receipt, and not done twice under one id', async () => {
    const handle = await shared.client.begin();
    const options = { reason: 'Because.', updateId: 'ticket-7' };
    const receipt = await give(handle, options);
    expect(receipt).toMatchObject({ order: 1, kind, reason: 'Because.', takenAt: expect.any(Number) });
    expect(JSON.parse((receipt as { readonly effect: string }).effect)).toEqual({ ...sent, reason: 'Because.' });
    expect(await give(handle, options)).toEqual(receipt);
    expect(await give(handle, { reason: 'Because.' })).toMatchObject({ order: 2 });
    await shared.client.client.workflow.getHandle(handle.projectId).terminate();
  });

  it('is not told as done where something else was asked under its update id', async () => {
    const handle = await shared.client.begin();
    const others = ORDERS.filter(([other]) => other !== kind);
    for (const [other, giveOther] of others) {
      const options = { reason: 'Because.', updateId: `ticket of ${other}` };
      await giveOther(handle, options);
      expect(await problemOf(give(handle, options))).toMatchObject({
        code: 'control.update-id-taken',
        message: expect.stringContaining(`, ${other}: `),
      });
    }
    expect(await give(handle, { reason: 'Because.' })).toMatchObject({ order: others.length + 1 });
    await shared.client.client.workflow.getHandle(handle.projectId).terminate();
  });

  it('is refused for a reason, after the end, where nobody has the id, and by a project that takes none', async () => {
    const handle = await shared.client.begin();
    const refusal = { code: 'control.refused', remedy: expect.stringContaining('status') };
    expect(await problemOf(give(handle, { reason: 'Refuse.' }))).toMatchObject({ ...refusal, message: 'It was told to refuse.' });
    await shared.client.stand(handle, { phase: 'ended' });
    await shared.client.client.workflow.getHandle(handle.projectId).result();
    expect(await problemOf(give(handle, { reason: 'Because.' }))).toMatchObject({ ...refusal, message: 'The project has ended.' });

    expect(await problemOf(give(shared.client.kamachiq.project('nobody-has-it'), { reason: 'Because.' }))).toMatchObject({
      code: 'client.not-found',
    });
    const older = await shared.client.begin({}, 'ScriptedOlderProject');
    expect(await problemOf(give(older, { reason: 'Because.' }))).toMatchObject({ code: 'client.wrong-kind' });
    await shared.client.client.workflow.getHandle(older.projectId).terminate();
  });

  it('is not sent without a reason', async () => {
    const handle = shared.client.kamachiq.project('nobody-has-it');
    const error = (await problemOf(give(handle, { reason: '' }))) as InvalidInputError;
    expect(error).toMatchObject({ code: 'input.invalid', findings: [{ code: 'client.invalid-option', path: 'options.reason' }] });
  });
});

it('an order says how to ask again where no worker answered in time', async () => {
  const { client: plain } = shared.client;
  const projectId = `alone-${shared.folder.slice(-6)}`;
  await plain.workflow.start('ScriptedProject', { taskQueue: 'nobody', workflowId: projectId });
  const asked = plain.withDeadline(Date.now() + 500, () =>
    shared.client.kamachiq.project(projectId).pause({ reason: 'Because.', updateId: 'ticket-8' }),
  );
  expect(await problemOf(asked)).toMatchObject({
    code: 'client.no-worker',
    remedy: expect.stringContaining('Ask again with the update id ticket-8'),
    context: { updateId: 'ticket-8', accepted: false },
  });
  await plain.workflow.getHandle(projectId).terminate();
});
