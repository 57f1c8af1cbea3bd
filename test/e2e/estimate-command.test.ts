import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FilesystemObservationStore } from 'kamachiq/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observationWith } from '../../src/planning/estimates/fixtures/observation-with.js';
import { kamachiq } from '../support/command-line.js';
import { expectRefusal } from '../support/expect-refusal.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-e2e-estimate-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const ask = (...words: readonly string[]) => kamachiq({ cwd: folder }, 'estimate', ...words);
const example = (name: string) => fileURLToPath(new URL(`../../examples/${name}.yaml`, import.meta.url));
const quote = async (...words: readonly string[]) => JSON.parse((await ask(...words, '--json')).stdout);

/** As a worker of the command line would leave them in a folder of artifacts. */
async function teach(artifacts: string, model: string, tokens: number, finishedAt: string): Promise<void> {
  const store = new FilesystemObservationStore(join(folder, artifacts, 'observations'));
  const projectId = `${model}-${finishedAt}`;
  const tasks = Array.from({ length: 40 }, (_, index) =>
    observationWith({ taskId: `implement-${index}`, model, tokens: tokens + index, candidateTokens: [tokens], finishedAt, microDollars: 20 }),
  );
  await store.doAppend(projectId, tasks);
}

describe('kamachiq estimate', () => {
  it('says what the plan says where nothing was ever carried out, asks no model, and leaves nothing behind', async () => {
    const { exitCode, stdout, stderr } = await ask(example('unit_converter'));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^Unit converter: 9 tasks, no model seen yet\n/);
    expect(stdout).toMatch(/^implement-celsius_to_fahrenheit +([\d,]+) +\1 .* the plan$/m);
    expect(stdout).toContain('No finished task of these kinds is known');
    expect(await readdir(folder)).toEqual([]);
    const { estimate } = await quote(example('unit_converter'));
    const planned = estimate.tasks.reduce((sum: number, task: { tokens: { p90: number } }) => sum + task.tokens.p90, 0);
    expect(estimate.tokens).toEqual({ p50: planned, p90: planned });
  });

  it('goes by what finished projects taught, and by the model that worked last', async () => {
    await teach('taught', 'local/old', 5_000, '2026-11-20T00:00:00.000Z');
    await teach('taught', 'local/new', 200, '2026-11-21T00:00:00.000Z');
    const last = await quote(example('unit_converter'), '--artifacts', 'taught');
    expect(last).toMatchObject({ model: 'local/new', budgetTotal: 60_000, planningTokens: 0, reviewTokens: 3_000, slots: 10 });
    const functions = last.estimate.tasks.filter(({ template }: { template: string }) => template === 'python-function/1');
    expect(functions).toHaveLength(6);
    for (const { tokens, observations } of functions) {
      expect(observations).toBe(40);
      expect(tokens.p50).toBeGreaterThan(150);
      expect(tokens.p90).toBeLessThan(400);
    }
    const old = await quote(example('unit_converter'), '--artifacts', 'taught', '--model', 'local/old');
    expect(old.estimate.tokens.p50).toBeGreaterThan(10 * last.estimate.tokens.p50);
    const { stdout } = await ask(example('unit_converter'), '--artifacts', 'taught');
    expect(stdout).toMatch(/^Unit converter: 9 tasks, model local\/new\n/);
    expect(stdout).toMatch(/^task +tokens P50 +P90 +\$ P50 +P90 +time P50 +P90 +rests on$/m);
    expect(stdout).toMatch(/ 40 tasks( and alike)?$/m);
    expect(stdout).toContain('Of 3 of 9 tasks no finished one of the kind is known');
  });

  it('takes longer with fewer agents at once, and costs the same', async () => {
    await teach('slots', 'local/new', 200, '2026-11-21T00:00:00.000Z');
    const [one, ten] = await Promise.all(['1', '10'].map((slots) => quote(example('word_counter'), '--artifacts', 'slots', '--slots', slots)));
    expect(one.estimate.tokens).toEqual(ten.estimate.tokens);
    expect(one.estimate.milliseconds.p50).toBeGreaterThan(1.5 * ten.estimate.milliseconds.p50);
  });

  it('says what planning may cost where a model must plan', async () => {
    await writeFile(join(folder, 'goals.yaml'), 'name: Steps\ngoals: [A command line program counts on.]\nbudget_total: 20000\n');
    const { exitCode, stdout } = await ask('goals.yaml');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      'a model must plan this project before its tasks can be estimated.\nPlanning takes at most 4,000 tokens of the budget of 20,000.',
    );
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    expect(await quote('goals.yaml')).toMatchObject({ planningTokens: 4_000, estimate: null });
  });

  it('says what dollars a spec has, and where nothing is known to cost any', async () => {
    const task = '{ id: a, type: design, description: A., estimated_tokens: 2000, writes: [a.md] }';
    await writeFile(join(folder, 'money.yaml'), `name: Money\ngoals: [It is paid.]\nbudget_total: 8000\nbudget_dollars: 0.002\ntasks: [${task}]\n`);
    expect((await ask('money.yaml')).stdout).toMatch(/^The budget of money is \$0\.002\. No task that these figures rest on cost any money: /m);
    expect(await quote('money.yaml')).toMatchObject({ budgetDollars: 0.002 });
    expect(await quote(example('word_counter'))).toMatchObject({ budgetDollars: null });
  });

  it('estimates a plan that will not be carried out as it stands, and says why', async () => {
    const task = '{ id: a, type: design, description: A., estimated_tokens: 30000, writes: [a.md] }';
    await writeFile(join(folder, 'tight.yaml'), `name: Tight\ngoals: [It fits.]\nbudget_total: 8000\ntasks: [${task}]\n`);
    const { exitCode, stdout, stderr } = await ask('tight.yaml');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('graph.budget-infeasible');
    expect(stdout).toMatch(/^a +30,000 /m);
  });

  it('refuses what it can’t read, in one line', async () => {
    expectRefusal(await ask('missing.yaml'), 'spec.invalid');
    expectRefusal(await ask(), 'cli.usage');
    for (const slots of ['-1', '0', '11', '1.5', 'ten', '']) {
      const refused = await ask(example('word_counter'), `--slots=${slots}`);
      expectRefusal(refused, 'cli.usage');
      expect(refused.stderr).toContain('Expected a whole number from 1 to 10.');
    }
    await writeFile(join(folder, 'file'), '');
    expectRefusal(await ask(example('word_counter'), '--artifacts', 'file'), 'observations.unreadable');
  });
});
