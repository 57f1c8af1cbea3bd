import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KamachiqClient, type ProjectHandle } from 'kamachiq/client';
import { ScriptedModel } from 'kamachiq/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kamachiq, RunningCommand } from '../support/command-line.js';
import { expectRefusal } from '../support/expect-refusal.js';
import { isJudgement, says, write } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';
import { until } from '../support/until.js';

let temporal: TemporalFixture;
let folder: string;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-e2e-revise-'));
  const more = '{ id: more, type: design, description: Say more., estimated_tokens: 4000, writes: [more.md], success_criteria: [More is said] }';
  await writeFile(join(folder, 'more.yaml'), `add: [${more}]\n`);
});
afterAll(async () => {
  await temporal?.stop();
  await rm(folder, { recursive: true, force: true });
});

const REVISED = { exitCode: 0, stdout: 'revision 1: added 1, replaced 0, dropped 0\n', stderr: '' };
/** The words that change a plan. */
const revise = (handle: ProjectHandle, ...words: readonly string[]) =>
  ['revise', handle.projectId, '--address', temporal.environment.address, '--patch', 'more.yaml', '--reason', 'More.', ...words] as const;
const running = (handle: ProjectHandle, count: number) =>
  until(async () => (await handle.status()).tasks.filter(({ state }) => state === 'running').length === count);

describe('a worker of the command line', () => {
  it('answers while agents hold all places that a project has', async ({ signal }) => {
    const asked = new Set<unknown>();
    // A model that takes its time.
    const endpoint: Server = createServer((request) => asked.add(request));
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    const { port } = endpoint.address() as AddressInfo;
    const env = { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, KAMACHIQ_MODEL: 'slow' };
    const { address, client } = temporal.environment;
    const worker = new RunningCommand({ cwd: folder, env }, 'worker', '--address', address, '--task-queue', 'full');
    try {
      await worker.says(/worker on/);
      const tasks = Array.from({ length: 11 }, (_, index) => documentTask(`task${index}`));
      const handle = await new KamachiqClient(client, { taskQueue: 'full' }).submit(specWithTasks(tasks));
      await until(async () => asked.size === 10);
      expect(await kamachiq({ cwd: folder, signal }, ...revise(handle))).toEqual(REVISED);
      expect(asked.size).toBe(10);
      await client.workflow.getHandle(handle.projectId).terminate();
    } finally {
      await worker.stop();
      endpoint.closeAllConnections();
      await new Promise((resolve) => endpoint.close(resolve));
    }
  });
});

describe('a change that is accepted and not answered yet', () => {
  it('is waited for until Ctrl-C, which leaves it with its id, and asked for again', async () => {
    const { promise: waiting, resolve: letGo } = Promise.withResolvers<void>();
    const model = new ScriptedModel(async (request) => {
      if (says(request, 'Write first') && !isJudgement(request)) await waiting;
      return write(request);
    });
    const plan = [documentTask('first'), documentTask('second', ['first']), documentTask('third', ['second'])];
    const work = async (client: KamachiqClient) => {
      const handle = await client.submit(specWithTasks(plan));
      const commands: RunningCommand[] = [];
      const start = (...words: readonly string[]) => {
        const command = new RunningCommand({ cwd: folder }, ...revise(handle, ...words));
        commands.push(command);
        return command;
      };
      const told = (command: RunningCommand) => until(async () => command.stderr.endsWith('it may be applied all the same.\n'));
      try {
        await running(handle, 1);
        const interrupted = start();
        await told(interrupted);
        expect(await interrupted.interrupt()).toBe(1);
        const [, updateId] = /^A worker accepted the change, update id (\S+), and has not answered yet\. .*\n/.exec(interrupted.stderr)!;
        expect(interrupted.stderr).toMatch(/\nExpected an answer .*, got the caller's word to stop waiting\. It may still be done\. .*\n$/);
        expect(interrupted.stderr).toContain(`Ask again with the update id ${updateId}: then it is not done twice. (client.unanswered)\n`);
        expect(interrupted.stdout).toBe('');

        const again = start('--update-id', updateId!);
        await told(again);
        letGo();
        expect(await again.ended).toBe(0);
        expect(again.stdout).toBe(REVISED.stdout);
        expect(await handle.result()).toMatchObject({ status: 'approved', metrics: { tasks: { total: 4, succeeded: 4 } } });
        expect(await kamachiq({ cwd: folder }, ...revise(handle, '--update-id', updateId!))).toEqual(REVISED);
        expect((await handle.status()).revisions).toBe(1);
        expectRefusal(await kamachiq({ cwd: folder }, ...revise(handle, '--update-id', 'x'.repeat(201))), 'input.invalid');
      } finally {
        letGo();
        for (const command of commands) await command.stop();
      }
    };
    await temporal.withWorker({ model }, work, { maxConcurrentActivityTaskExecutions: 1, agents: null });
  });
});
