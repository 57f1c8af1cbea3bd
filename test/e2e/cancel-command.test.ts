import { describe, expect, it } from 'vitest';
import { kamachiq } from '../support/command-line.js';
import { expectRefusal } from '../support/expect-refusal.js';
import { until } from '../support/until.js';
import { useScriptedProjects } from '../support/use-scripted-projects.js';

/* Ending a project from the command line; the project that is ended is a scripted one. */

const shared = useScriptedProjects();

const cancel = (id: string) => kamachiq({ cwd: shared.folder }, 'cancel', id, '--address', shared.projects.address);

describe('kamachiq cancel', () => {
  it('asks a project to stop, and refuses one that has ended', async () => {
    const project = await shared.client.begin();
    const { projectId } = project;
    expect(await cancel(projectId)).toEqual({
      exitCode: 0,
      stdout: `asked to stop; \`kamachiq report ${projectId}\` writes what it made once it has ended\n`,
      stderr: '',
    });
    await until(() => project.hasEnded());
    expect((await shared.client.client.workflow.getHandle(projectId).describe()).status.name).toBe('CANCELLED');
    const late = await cancel(projectId);
    expectRefusal(late, 'control.refused');
    expect(late.stderr).toMatch(/^The project has ended\. /);
  });

  it('leaves alone what is unknown, and what is no project', async () => {
    expectRefusal(await cancel('nobody-has-it'), 'client.not-found');
    const { workflow } = shared.client.client;
    const pool = await workflow.start('AgentPoolWorkflow', { taskQueue: 'nobody-serves-it', workflowId: 'a-pool', args: [{ slots: 1 }] });
    const refused = await cancel('a-pool');
    expectRefusal(refused, 'client.wrong-kind');
    expect(refused.stderr).toMatch(/got that of AgentPoolWorkflow\. /);
    expect((await pool.describe()).status.name).toBe('RUNNING');
    await pool.terminate();
  });
});

describe('the help of a command', () => {
  const helpOf = async (...words: readonly string[]) => (await kamachiq({ cwd: shared.folder }, ...words, '--help')).stdout;

  it('marks the options that it can not do without', async () => {
    expect(await helpOf('pause')).toMatch(/--reason <text> +why; shown in the report \(required\)/);
    expect(await helpOf('revise')).toMatch(/--patch <file> [\s\S]*?\(required\)/);
    expect(await helpOf('submit')).toMatch(/--project-spec <file> +YAML or JSON \(required\)/);
  });

  it('names a task queue where the queue matters alone, and takes it everywhere', async () => {
    for (const words of [['submit'], ['worker'], ['review', 'list']]) expect(await helpOf(...words), words.join(' ')).toContain('--task-queue');
    for (const words of [['status'], ['pause'], ['report'], ['cancel'], ['review', 'show']]) {
      expect(await helpOf(...words), words.join(' ')).not.toContain('--task-queue');
    }
    const { projectId } = await shared.client.begin();
    const words = ['status', projectId, '--address', shared.projects.address, '--task-queue', 'any'];
    expect((await kamachiq({ cwd: shared.folder }, ...words)).exitCode).toBe(0);
  });

  it('of a worker says which variables name its model and what it costs', async () => {
    const help = await helpOf('worker');
    for (const name of [
      'KAMACHIQ_MODEL_FILE',
      'OPENAI_BASE_URL',
      'OPENAI_API_KEY',
      'KAMACHIQ_MODEL',
      'KAMACHIQ_INPUT_PRICE',
      'KAMACHIQ_OUTPUT_PRICE',
    ]) {
      expect(help).toContain(`  ${name} `);
    }
  });
});
