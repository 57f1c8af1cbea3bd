import type { TaskNode } from 'kamachiq';
import { ScriptedModel } from 'kamachiq/testing';
import type { ProjectResult } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJudgement, judgement, reportOf as readReport, says, statesOf, write } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';
import { until } from '../support/until.js';

/* What goes on where a task failed, was rejected or was skipped, and what does not. */

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

const reportOf = (result: ProjectResult) => readReport(temporal, result);
const finished = (model: ScriptedModel, tasks: readonly TaskNode[], rest: Parameters<typeof specWithTasks>[1] = {}) =>
  temporal.withWorker({ model }, async (client) => {
    const handle = await client.submit(specWithTasks(tasks, rest), { reviewTimeoutMinutes: 0.001 });
    return { result: await handle.result(), status: await handle.status() };
  });
const whenSeverity = (value: string) => ({ when: { task: 'triage', output: 'severity', operator: 'equals', value } }) as const;
const triage = documentTask('triage', [], { writes: [], outputs: [{ name: 'severity', type: 'string' }] });

describe('what was rejected', () => {
  const REJECTED = 'A rejected text.';
  const GOOD = 'A good text.';
  const model = () =>
    new ScriptedModel((request) => {
      if (isJudgement(request)) return judgement(says(request, REJECTED) && !says(request, GOOD) ? 1 : 10);
      return says(request, 'Write risky') ? REJECTED : GOOD;
    });
  const tasks = [
    documentTask('base'),
    documentTask('risky', ['base']),
    documentTask('fallback', ['risky'], { triggerRule: 'one-failed', reads: ['base.md'] }),
  ];

  it('goes on to no other task and into no result, and what came before it does', async () => {
    const scripted = model();
    const { result, status } = await finished(scripted, tasks);
    expect(statesOf(status)).toEqual({ base: 'succeeded', risky: 'failed', fallback: 'succeeded' });
    expect(result.artifacts.map(({ path, taskId }) => [path, taskId])).toEqual([
      ['base.md', 'base'],
      ['fallback.md', 'fallback'],
    ]);
    const asked = scripted.requests.find((request) => says(request, 'Write fallback') && !isJudgement(request))!;
    expect([says(asked, REJECTED), says(asked, GOOD)]).toEqual([false, true]);
    const { tasks: reported } = await reportOf(result);
    expect(reported.find(({ node }) => node.id === 'risky')).toMatchObject({ files: [], unfinished: { mediaType: 'application/json' } });
  });

  it('is not what the project asked for', async () => {
    const { result } = await finished(model(), tasks, { deliverables: ['risky.md', 'fallback.md'] });
    expect(result.status).toBe('rejected');
    expect((await reportOf(result)).checks).toMatchObject([{ id: 'deliverables', passed: false, seen: 'lacks risky.md' }]);
  });

  it('hands nothing on, nor says so', async () => {
    const scripted = new ScriptedModel((request) => (isJudgement(request) ? judgement(says(request, 'Write triage') ? 1 : 10) : write(request)));
    const { result, status } = await finished(scripted, [triage, documentTask('made', ['triage'], { triggerRule: 'one-failed' })]);
    expect(statesOf(status)).toEqual({ triage: 'failed', made: 'succeeded' });
    expect(status.tasks[0]!.outputs).toBeUndefined();
    expect((await reportOf(result)).tasks[0]!.outputs).toBeUndefined();
  });
});

describe('what failed', () => {
  it('is not made up for by who makes up for a clean-up that failed too', async () => {
    const model = new ScriptedModel((request) => (says(request, 'Write risky') || says(request, 'Write clean') ? '' : write(request)));
    const { result, status } = await finished(model, [
      documentTask('risky'),
      documentTask('clean', ['risky'], { triggerRule: 'all-done' }),
      documentTask('alarm', ['clean'], { triggerRule: 'one-failed' }),
    ]);
    expect(statesOf(status)).toEqual({ risky: 'failed', clean: 'failed', alarm: 'succeeded' });
    expect(result.status).toBe('failed');
  });

  it('can be made up for by a change of the plan, with all that could not start because of it', async () => {
    const { promise: waiting, resolve: letGo } = Promise.withResolvers<void>();
    const model = new ScriptedModel(async (request) => {
      if (says(request, 'Write slow') && !isJudgement(request)) await waiting;
      return says(request, 'Write risky') ? '' : write(request);
    });
    const plan = [documentTask('risky'), documentTask('behind', ['risky', 'useless']), documentTask('useless', ['slow']), documentTask('slow')];
    await temporal.withWorker({ model }, async (client) => {
      const handle = await client.submit(specWithTasks(plan));
      await until(async () => (await handle.status()).tasks.find(({ state }) => state === 'upstream-failed'));
      try {
        const refusal = (patch: Parameters<typeof handle.revise>[0]) => handle.revise(patch, 'So it goes on.').catch((error: unknown) => error);
        expect(await refusal({ replace: [documentTask('risky')] })).toMatchObject({
          context: { findings: [{ code: 'graph.settled-task', suggestion: expect.stringContaining('one-failed') }] },
        });
        const reader = documentTask('reader', ['risky'], { triggerRule: 'all-done', reads: ['risky.md'] });
        expect(await refusal({ add: [reader] })).toMatchObject({ context: { findings: [{ code: 'graph.missing-input', taskIds: ['reader'] }] } });

        const again = documentTask('again', ['risky'], { triggerRule: 'one-failed', writes: ['risky.md'] });
        const instead = documentTask('instead', ['behind', 'again'], { triggerRule: 'one-success', reads: ['risky.md'], writes: ['behind.md'] });
        expect(await handle.revise({ add: [again, instead], drop: ['useless'] }, 'So it goes on.')).toMatchObject({
          revision: 1,
          dropped: ['useless'],
        });
      } finally {
        letGo();
      }
      const result = await handle.result();
      expect(statesOf(await handle.status())).toEqual({
        risky: 'failed',
        behind: 'upstream-failed',
        slow: 'succeeded',
        again: 'succeeded',
        instead: 'succeeded',
      });
      expect(result).toMatchObject({ status: 'approved', reason: expect.stringContaining('Made up for by instead') });
      expect(result.artifacts.map(({ path, taskId }) => [path, taskId])).toEqual([
        ['behind.md', 'instead'],
        ['risky.md', 'again'],
        ['slow.md', 'slow'],
      ]);
    });
  });
});

describe('what was skipped', () => {
  it('says why', async () => {
    const model = new ScriptedModel((request) => write(request, 'low'));
    const { result } = await finished(model, [
      triage,
      documentTask('urgent', ['triage'], whenSeverity('high')),
      documentTask('behind', ['urgent']),
      documentTask('routine', ['triage']),
      documentTask('handler', ['urgent', 'routine'], { triggerRule: 'one-failed' }),
      documentTask('join', ['urgent', 'routine'], { triggerRule: 'none-failed-min-one-success', ...whenSeverity('medium') }),
    ]);
    const reasons = (await reportOf(result)).tasks.map(({ node, reason }) => [node.id, reason]);
    expect(Object.fromEntries(reasons)).toEqual({
      triage: undefined,
      urgent: 'Its condition does not hold: triage.severity = "high". triage.severity is "low".',
      behind: 'Skipped before it: urgent.',
      routine: undefined,
      handler: 'Nothing failed that it would make up for.',
      join: 'Its condition does not hold: triage.severity = "medium". triage.severity is "low".',
    });
  });

  it('does not count against a folder that has files of other branches', async () => {
    const model = new ScriptedModel((request) => write(request, 'high'));
    const { result } = await finished(
      model,
      [
        triage,
        documentTask('urgent', ['triage'], { ...whenSeverity('high'), writes: ['docs/urgent.md'] }),
        documentTask('routine', ['triage'], { ...whenSeverity('low'), writes: ['docs/routine.md'] }),
      ],
      { deliverables: ['docs'] },
    );
    expect(result).toMatchObject({ status: 'approved', qualityScore: 1 });
  });
});
