import type { ProjectHandle } from 'kamachiq/client';
import type { ProjectProgress } from 'kamachiq/workflow';
import { describe, expect, it } from 'vitest';
import { kamachiq } from '../support/command-line.js';
import { expectRefusal } from '../support/expect-refusal.js';
import { runProgram } from '../support/run-program.js';
import { scriptedTask } from '../support/scripted-progress.js';
import { useScriptedProjects } from '../support/use-scripted-projects.js';

/* Commands that step into a project; the project that answers is a scripted one. */

const shared = useScriptedProjects();

const command = (...words: readonly string[]) => kamachiq({ cwd: shared.folder }, ...words);
const on = ({ projectId }: ProjectHandle, name: string, ...words: readonly string[]) =>
  command(name, projectId, ...words, '--address', shared.projects.address);

const ORDERS: readonly (readonly [words: readonly [string, ...string[]], sent: object])[] = [
  [['pause'], {}],
  [['resume'], {}],
  [['cancel-task', 'a task'], { taskId: 'a task' }],
  [['retry-task', '--', '-task'], { taskId: '-task' }],
  [['raise-budget', '--tokens', '500', '--dollars', '0.25'], { tokens: 500, microDollars: 250_000 }],
  [['set-concurrency', '3'], { slots: 3 }],
];

describe('a command that gives an order', () => {
  it.each(ORDERS)('tells what it came to, once under one id: %j', async ([name, ...words], sent) => {
    const handle = await shared.client.begin();
    const { projectId } = handle;
    const options = ['--address', shared.projects.address, '--reason', 'Because.', '--update-id', 'ticket-7'];
    const given = words[0] === '--' ? [name, ...options, '--', projectId, ...words.slice(1)] : [name, projectId, ...words, ...options];
    const effect = JSON.stringify({ ...sent, reason: 'Because.' });
    expect(await command(...given)).toEqual({ exitCode: 0, stdout: `order 1: ${effect}\n`, stderr: '' });
    const again = await command(name, '--json', ...given.slice(1));
    expect({ ...JSON.parse(again.stdout), exitCode: again.exitCode }).toMatchObject({
      order: 1,
      kind: name,
      reason: 'Because.',
      effect,
      exitCode: 0,
    });
    expect(again.stdout.split('\n').length).toBe(2);
  });

  it('tells in one line why it is refused', async () => {
    const handle = await shared.client.begin();
    const refused = await on(handle, 'pause', '--reason', 'Refuse.');
    expectRefusal(refused, 'control.refused');
    expect(refused.stderr).toMatch(/^It was told to refuse\. /);
    await shared.client.stand(handle, { phase: 'ended' });
    await shared.client.client.workflow.getHandle(handle.projectId).result();
    const late = await on(handle, 'set-concurrency', '3', '--reason', 'Because.');
    expectRefusal(late, 'control.refused');
    expect(late.stderr).toMatch(/^The project has ended\. /);
    const other = await shared.client.begin();
    const order = ['--reason', 'Because.', '--update-id', 'ticket-7'];
    await on(other, 'raise-budget', '--tokens', '10', ...order);
    const taken = await on(other, 'raise-budget', '--tokens', '77000', ...order);
    expectRefusal(taken, 'control.update-id-taken');
    expect(taken.stderr).toMatch(/got ticket-7: under it order 1 was given, raise-budget: /);
    expectRefusal(await command('resume', 'nobody-has-it', '--reason', 'Because.', '--address', shared.projects.address), 'client.not-found');
  });

  it.each([
    [['raise-budget', '--dollars', '1000001'], /dollars: expected 0 or a number of dollars from 0\.000001 to 1000000, got 1000001\./],
    [['cancel-task', 'x'.repeat(201)], /taskId: expected the id of a task, .*, got "x+/],
    [['pause', '--update-id', 'x'.repeat(201)], /options\.updateId: expected 1 to 200 characters of one line/],
  ] as const)('is not sent where it is wrong by itself: %j', async ([name, ...words], message) => {
    const refused = await on(shared.client.kamachiq.project('any'), name, ...words, '--reason', 'Because.');
    expectRefusal(refused, 'input.invalid');
    expect(refused.stderr).toMatch(message);
  });

  it.each([
    [['pause', 'any'], /^kamachiq pause: required option '--reason <text>' not specified\. /],
    [['resume', 'any', '--reason', ' '], /not empty\. /],
    [['cancel-task', 'any', '--reason', 'x'], /^kamachiq cancel-task: missing required argument 'task'\. /],
    [['cancel-task', 'any', ' ', '--reason', 'x'], /' ' is invalid for argument 'task'\. Expected a text that is not empty\. /],
    [['retry-task', '', 'a', '--reason', 'x'], /'' is invalid for argument 'id'\. Expected a text that is not empty\. /],
    [['raise-budget', 'any', '--reason', 'x'], /^kamachiq raise-budget: expected --tokens or --dollars to add, got neither\. /],
    [['raise-budget', 'any', '--reason', 'x', '--tokens', '0', '--dollars', '0'], /got neither\. /],
    [['raise-budget', 'any', '--reason', 'x', '--tokens', '1.5'], /'1\.5' is invalid\. Expected a whole number of at least 0\. /],
    [['raise-budget', 'any', '--reason', 'x', '--dollars', '-1'], /'-1' is invalid\. Expected an amount of at least 0\. /],
    [['set-concurrency', 'any', 'ten', '--reason', 'x'], /'ten' is invalid/],
    [['set-concurrency', 'any', '0', '--reason', 'x'], /'0' is invalid for argument 'number'\. Expected a whole number of at least 1\. /],
  ] as const)('is told in one line where its words are wrong: %j', async (words, message) => {
    const refused = await command(...words);
    expectRefusal(refused, 'cli.usage');
    expect(refused.stderr).toMatch(message);
  });

  it.each(ORDERS.map(([[name]]) => [name]))('says what it takes: %s', async (name) => {
    const help = await command(name, '--help');
    expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    expect(help.stdout).toMatch(/^Usage: kamachiq \S+ [\s\S]*--reason <text>[\s\S]*--update-id <id>[\s\S]*--json/);
  });
});

describe('kamachiq status', () => {
  it('shows what is held, spent and left, who paused, what was crossed, and what was made do with less', async () => {
    const control: NonNullable<ProjectProgress['control']> = {
      pausedAt: 2_000,
      waitsForBudgetSince: 2_000,
      thresholds: [{ share: 0.5, of: 'tokens', at: 3_000 }],
      degradations: [{ at: 3_000, step: 'fewer-candidates', taskId: 'a', words: 'It works with 10 of 20 tokens.' }],
      untold: 0,
      orders: [{ order: 1, kind: 'pause', reason: 'It is dear.', effect: 'No further task begins.', takenAt: 2_000 }],
      maximumSlots: 10,
      money: { total: 2_000_000, held: 250_000, spent: 1_250_000 },
    };
    const handle = await shared.client.begin({
      control,
      budget: { total: 1_000, held: 100, spent: 600 },
      slots: 3,
      tasks: [scriptedTask('a', 1_500)],
    });
    const { exitCode, stdout } = await on(handle, 'status');
    expect(exitCode).toBe(0);
    for (const line of [
      /^tokens █+▒+·+ 600 spent, 100 held, 300 left of 1000$/m,
      /^money {2}█+▒+·+ \$1\.25 spent, \$0\.25 held, \$0\.50 left of \$2\.00$/m,
      /^1 agent at work, 3 at most, up to 10 by set-concurrency$/m,
      /^spent 50 % of the tokens after 2\.0s$/m,
      /^paused for \S+: It is dear\.$/m,
      new RegExp(`^a person is asked: kamachiq raise-budget ${handle.projectId} --tokens NUMBER --reason TEXT$`, 'm'),
      /^order 1 after 1\.0s, pause: No further task begins, because: It is dear\.$/m,
      /^made do with less, fewer-candidates of a: It works with 10 of 20 tokens\.$/m,
    ]) {
      expect(stdout).toMatch(line);
    }
    expect(JSON.parse((await on(handle, 'status', '--json')).stdout)).toMatchObject({ control });
  });
});

describe('a process that does nothing but watch a project', () => {
  it('ends by itself, though the project goes on', async ({ signal }) => {
    const handle = await shared.client.begin({ tasks: [scriptedTask('a', 5)] });
    const program = `
      import { Client, Connection } from '@temporalio/client';
      import { KamachiqClient } from 'kamachiq/client';
      const connection = await Connection.connect({ address: ${JSON.stringify(shared.projects.address)} });
      const project = new KamachiqClient(new Client({ connection }), { taskQueue: 'any' }).project(${JSON.stringify(handle.projectId)});
      project.on('task-started', ({ taskId }) => console.log(taskId));
    `;
    const run = await runProgram(process.execPath, ['--input-type=module', '--eval', program], { cwd: import.meta.dirname, signal });
    expect(run).toEqual({ exitCode: 0, stdout: 'a\n', stderr: '' });
    expect(await handle.hasEnded()).toBe(false);
  });
});
