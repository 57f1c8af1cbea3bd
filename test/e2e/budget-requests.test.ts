import type { ProjectProgress } from 'kamachiq/workflow';
import { describe, expect, it } from 'vitest';
import { kamachiq } from '../support/command-line.js';
import { until } from '../support/until.js';
import { useScriptedProjects } from '../support/use-scripted-projects.js';

/* Projects that wait for a larger budget, as the command line lists them; the projects that answer are scripted ones. */

const shared = useScriptedProjects();

const command = (...words: readonly string[]) => kamachiq({ cwd: shared.folder }, ...words);

describe('kamachiq review list', () => {
  const control = { pausedAt: null, thresholds: [], degradations: [], untold: 0, orders: [], maximumSlots: 10 };
  const list = () => command('review', 'list', '--address', shared.projects.address, '--task-queue', shared.projects.taskQueue);

  it('names projects that wait for a person to raise their budget, those of hosts with types of their own too, and how', async () => {
    expect(await list()).toEqual({ exitCode: 0, stdout: 'Nothing waits for a person.\n', stderr: '' });
    const waits = (since: number, money: NonNullable<ProjectProgress['control']>['money']) =>
      shared.client.begin({ budget: { total: 1_000, held: 100, spent: 600 }, control: { ...control, waitsForBudgetSince: since, money } });
    const later = await waits(86_400_000, { total: 2_000_000, held: 250_000, spent: 1_748_000 });
    const first = await waits(1_000, { total: null, held: 0, spent: 0 });
    // The server lists what runs a little later than it starts it.
    const listed = await until(async () => {
      const run = await list();
      return run.stdout.includes(later.projectId) && run.stdout.includes(first.projectId) && run;
    });
    expect(listed).toEqual({
      exitCode: 0,
      stdout: [
        first.projectId,
        '  waits for a larger budget since 1970-01-01T00:00:01.000Z, with 300 tokens left',
        `  kamachiq raise-budget ${first.projectId} --tokens NUMBER --reason TEXT`,
        later.projectId,
        '  waits for a larger budget since 1970-01-02T00:00:00.000Z, with 300 tokens and $0.002 left',
        `  kamachiq raise-budget ${later.projectId} --tokens NUMBER --dollars NUMBER --reason TEXT`,
        '',
      ].join('\n'),
      stderr: '',
    });
    for (const project of [first, later])
      await shared.client.stand(project, { control: { ...control, waitsForBudgetSince: null, money: { total: null, held: 0, spent: 0 } } });
    expect((await list()).stdout).toBe('Nothing waits for a person.\n');
  });
});
