import type { AgentRunner, ProjectSpec, RuleSource, TaskNode } from 'kamachiq';
import type { KamachiqClient, ProjectHandle } from 'kamachiq/client';
import { ScriptedModel } from 'kamachiq/testing';
import type { ProjectResult } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJudgement, judgement, reportOf as readReport, says, statesOf, write } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';
import { until } from '../support/until.js';

/* Plans that take one way or another, and plans that are changed while they are carried out. */

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

const run = <Result>(model: ScriptedModel, work: (client: KamachiqClient) => Promise<Result>) => temporal.withWorker({ model }, work);
const finished = (model: ScriptedModel, tasks: readonly TaskNode[]) =>
  run(model, async (client) => {
    const handle = await client.submit(specWithTasks(tasks));
    return { result: await handle.result(), status: await handle.status() };
  });
const reportOf = (result: ProjectResult) => readReport(temporal, result);

const triage = documentTask('triage', [], { writes: [], outputs: [{ name: 'severity', type: 'string' }] });
const whenSeverity = (value: string) => ({ when: { task: 'triage', output: 'severity', operator: 'equals', value } }) as const;

describe('a plan with branches', () => {
  const branches = [
    triage,
    documentTask('urgent', ['triage'], { ...whenSeverity('high'), writes: ['answer.md'] }),
    documentTask('routine', ['triage'], { ...whenSeverity('low'), writes: ['answer.md'] }),
    documentTask('close', ['urgent', 'routine'], {
      triggerRule: 'none-failed-min-one-success',
      reads: ['answer.md'],
      inputsFrom: [{ input: 'severity', task: 'triage', output: 'severity', type: 'string' }],
    }),
  ];

  it.each([
    ['high', 'urgent', 'routine'],
    ['low', 'routine', 'urgent'],
  ])('takes the one that %s asks for, and is approved without the other', async (severity, taken, skipped) => {
    const model = new ScriptedModel((request) => write(request, severity));
    const { result, status } = await finished(model, branches);
    expect(statesOf(status)).toEqual({ triage: 'succeeded', [taken]: 'succeeded', [skipped]: 'skipped', close: 'succeeded' });
    expect(result).toMatchObject({ status: 'approved', metrics: { tasks: { total: 4, succeeded: 3, skipped: 1, failed: 0 } } });
    expect(result.artifacts.map(({ path, taskId }) => [path, taskId])).toEqual([
      ['answer.md', taken],
      ['close.md', 'close'],
    ]);
    const closing = model.requests.find((request) => says(request, 'Write close'))!;
    expect(closing.messages.map(({ text }) => text).join('\n')).toContain(`severity: ${JSON.stringify(severity)}`);
    const { tasks, verdict } = await reportOf(result);
    expect(verdict?.criteria.find(({ criterion }) => criterion === 'completeness')?.evidence).toEqual(['2 of 2 files are there']);
    expect(tasks.find(({ node }) => node.id === 'triage')).toMatchObject({ outputs: { severity } });
    expect(tasks.find(({ node }) => node.id === skipped)).toMatchObject({
      state: 'skipped',
      attempts: [],
      startedAt: null,
      reason: expect.stringMatching(/^Its condition does not hold: triage\.severity .*\. triage\.severity is "\w+"\.$/),
    });
  });

  it('does not approve without what was asked for by name, whatever branch was taken', async () => {
    const model = new ScriptedModel((request) => write(request, 'high'));
    const report = documentTask('report', ['triage'], { ...whenSeverity('low'), writes: ['report.md'] });
    const result = await run(model, async (client) =>
      (await client.submit(specWithTasks([triage, report], { deliverables: ['report.md'] }), { reviewTimeoutMinutes: 0.001 })).result(),
    );
    expect(result).toMatchObject({ status: 'rejected', artifacts: [] });
  });

  it('shows a person what is handed on, and binds the decision to it', async () => {
    const manifests: string[] = [];
    for (const severity of ['high', 'low']) {
      const model = new ScriptedModel((request) => (isJudgement(request) ? 'I will not say.' : JSON.stringify({ severity })));
      await run(model, async (client) => {
        const handle = await client.submit(specWithTasks([{ ...triage, type: 'review' }]));
        const review = (await until(async () => (await client.reviews()).reviews.find(({ projectId }) => projectId === handle.projectId)))!;
        expect(review.findings[0]).toBe(`It hands on {"severity":"${severity}"}`);
        manifests.push(review.manifest.sha256);
        await handle.cancel();
        await handle.result().catch(() => undefined);
      });
    }
    expect(new Set(manifests).size).toBe(2);
  });

  it('gives many tasks much of what others handed on, by reference', async () => {
    const makers = Array.from({ length: 30 }, (_, number) =>
      documentTask(`maker${number}`, [], { writes: [], outputs: [{ name: 'much', type: 'string' }], estimatedTokens: 40_000 }),
    );
    const inputsFrom = makers.map(({ id }) => ({ input: id, task: id, output: 'much' }));
    const ids = makers.map(({ id }) => id);
    const takers = Array.from({ length: 10 }, (_, number) => documentTask(`taker${number}`, ids, { inputsFrom, estimatedTokens: 5_000 }));
    const given = new Map<string, number>();
    const runner: AgentRunner = {
      specificationVersion: 1,
      id: 'much/1',
      doRun: async ({ task }) => {
        given.set(task.id, Object.values(task.inputs).join('').length);
        const files = task.writes.map((path) => ({ path, text: 'short', madeBy: { kind: 'template', template: 'short/1' } as const }));
        const outputs = task.id.startsWith('maker') ? { outputs: { much: 'x'.repeat(15_000) } } : {};
        return { passed: true, files, candidates: 0, checks: [], problems: [], ...outputs };
      },
    };
    const { result, historySize } = await temporal.withWorker({ model: new ScriptedModel((request) => write(request)), runner }, async (client) => {
      const handle = await client.submit(specWithTasks([...makers, ...takers], { budgetTotal: 3_000_000 }));
      const ended = await handle.result();
      return { result: ended, ...(await temporal.environment.client.workflow.getHandle(handle.projectId).describe()) };
    });
    expect(result).toMatchObject({ status: 'approved', metrics: { tasks: { total: 40, succeeded: 40 } } });
    expect(takers.map(({ id }) => given.get(id))).toEqual(takers.map(() => 450_000));
    // In the history each value stands once, with the task that handed it on.
    expect(historySize).toBeLessThan(2_500_000);
  });

  it('hands nothing on that was not declared, or is of another type', async () => {
    const answers = ['{"severity": 3}', '{"severity": "low", "constructor": 1}', 'It is low.', '{"severity": "low"}'];
    const model = new ScriptedModel((request) =>
      says(request, 'JSON object') && !isJudgement(request) ? (answers.shift() ?? 'none') : write(request),
    );
    const { status } = await finished(model, branches);
    expect(answers).toEqual([]);
    expect(statesOf(status)).toMatchObject({ routine: 'succeeded', urgent: 'skipped' });
  });

  it('is approved where a failure is made up for, and fails where it is only cleaned up after', async () => {
    const model = () => new ScriptedModel((request) => (says(request, 'Write risky') ? '' : write(request)));
    const made = await finished(model(), [
      documentTask('risky', []),
      documentTask('fallback', ['risky'], { triggerRule: 'one-failed' }),
      documentTask('after', ['risky', 'fallback'], { triggerRule: 'one-success' }),
    ]);
    expect(statesOf(made.status)).toEqual({ risky: 'failed', fallback: 'succeeded', after: 'succeeded' });
    expect(made.result).toMatchObject({ status: 'approved', reason: expect.stringContaining('risky (failed: Made up for by fallback. ') });

    const tidied = await finished(model(), [documentTask('risky', []), documentTask('tidy', ['risky'], { triggerRule: 'all-done' })]);
    expect(statesOf(tidied.status)).toEqual({ risky: 'failed', tidy: 'succeeded' });
    expect(tidied.result).toMatchObject({ status: 'failed' });
  });
});

describe('a plan that is changed while it is carried out', () => {
  /** A project whose first task waits until it is let go. */
  async function whileWaiting(
    tasks: readonly TaskNode[],
    work: (handle: ProjectHandle) => Promise<void>,
    ports: { readonly rules?: RuleSource } = {},
    rest: Partial<ProjectSpec> = {},
  ) {
    const { promise: waiting, resolve: letGo } = Promise.withResolvers<void>();
    const model = new ScriptedModel(async (request) => {
      if (says(request, 'Write first') && !isJudgement(request)) await waiting;
      return write(request);
    });
    return temporal.withWorker({ model, ...ports }, async (client) => {
      const handle = await client.submit(specWithTasks(tasks, rest));
      await until(async () => (await handle.status()).tasks.find(({ state }) => state === 'running'));
      try {
        await work(handle);
      } finally {
        letGo();
      }
      const result = await handle.result().catch(() => null);
      return { result: result!, status: await handle.status() };
    });
  }

  it('adds, replaces and drops what has not begun, and keeps each revision in its report', async () => {
    const plan = [documentTask('first'), documentTask('second', ['first']), documentTask('third', ['second'])];
    const { result, status } = await whileWaiting(plan, async (handle) => {
      const patch = {
        add: [documentTask('beside', [])],
        replace: [documentTask('second', ['first', 'beside'], { writes: ['other.md'] })],
        drop: ['third'],
      };
      expect(await handle.revise(patch, 'The third is not needed.')).toMatchObject({
        revision: 1,
        added: ['beside'],
        replaced: ['second'],
        dropped: ['third'],
      });
      expect(await handle.revise({ add: [documentTask('last', ['second'])] }, 'One more.')).toMatchObject({ revision: 2 });
    });
    expect(statesOf(status)).toEqual({ first: 'succeeded', second: 'succeeded', beside: 'succeeded', last: 'succeeded' });
    expect(status.revisions).toBe(2);
    expect(result).toMatchObject({ status: 'approved', metrics: { tasks: { total: 4, succeeded: 4 } } });
    expect(result.artifacts.map(({ path }) => path)).toEqual(['beside.md', 'first.md', 'last.md', 'other.md']);
    const { plan: reported } = await reportOf(result);
    expect(reported.revisions).toMatchObject([
      { revision: 1, reason: 'The third is not needed.', dropped: ['third'] },
      { revision: 2, added: ['last'] },
    ]);
    const stored = JSON.parse(Buffer.from(await temporal.artifacts().doGet(reported.revisions![1]!.plan)).toString());
    expect(stored.nodes.map(({ id }: TaskNode) => id)).toEqual(['first', 'second', 'beside', 'last']);
  });

  it('refuses a change with everything that is wrong with it, and goes on as planned', async () => {
    const plan = [documentTask('first'), documentTask('second', ['first'])];
    const { result } = await whileWaiting(plan, async (handle) => {
      const refused = (patch: Parameters<ProjectHandle['revise']>[0]) => handle.revise(patch, 'Why not.').catch((error: unknown) => error);
      expect(await refused({ replace: [documentTask('first', ['nobody'])], drop: ['first'], add: [documentTask('lost', ['gone'])] })).toMatchObject({
        code: 'graph.patch-refused',
        context: { findings: [{ code: 'graph.settled-task' }, { code: 'graph.settled-task' }, { code: 'graph.unknown-dependency' }] },
      });
      expect(await refused({ drop: ['nobody'] })).toMatchObject({
        code: 'graph.patch-refused',
        context: { findings: [{ code: 'graph.unknown-task' }] },
      });
      expect(await refused({ replace: [documentTask('second', ['second'])] })).toMatchObject({
        context: { findings: [{ code: 'graph.self-dependency' }] },
      });
      expect(await refused({ add: [documentTask('dear', [], { estimatedTokens: 1_000_000 })] })).toMatchObject({
        context: { findings: [{ code: 'graph.budget-infeasible' }] },
      });
      expect(await refused({})).toMatchObject({ code: 'input.invalid' });
      const unreasoned = await handle.revise({ drop: [''] }, ' ').catch((error: unknown) => error);
      expect(unreasoned).toMatchObject({ code: 'input.invalid', findings: [{ path: 'drop[0]' }, { path: 'reason', got: '" "' }] });
    });
    expect(result).toMatchObject({ status: 'approved', metrics: { tasks: { total: 2, succeeded: 2 } } });
    expect((await reportOf(result)).plan.revisions).toBeUndefined();
  });

  /** Rules that take their time, so that changes meet each other. */
  const slowRules: RuleSource = {
    specificationVersion: 1,
    id: 'slow',
    doLoadRules: async () => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return [];
    },
  };

  it('takes changes that come at once one after the other, each against the plan before it', async () => {
    const plan = [documentTask('first'), documentTask('y', ['first']), documentTask('z', ['first'])];
    const { result, status } = await whileWaiting(
      plan,
      async (handle) => {
        const answers = await Promise.allSettled([
          handle.revise({ add: [documentTask('a')] }, 'A.'),
          handle.revise({ replace: [documentTask('y', ['z'])] }, 'Y after z.'),
          handle.revise({ replace: [documentTask('z', ['y'])] }, 'Z after y.'),
        ]);
        expect(
          answers
            .filter((answer) => answer.status === 'fulfilled')
            .map(({ value }) => value.revision)
            .sort(),
        ).toEqual([1, 2]);
        const refused = answers.find((answer) => answer.status === 'rejected')!;
        expect(refused.reason).toMatchObject({ code: 'graph.patch-refused', context: { findings: [{ code: 'graph.cycle' }] } });
      },
      { rules: slowRules },
    );
    expect(result).toMatchObject({ status: 'approved', metrics: { tasks: { succeeded: 4 } } });
    expect(status.revisions).toBe(2);
  });

  it('refuses what is too large to be carried, whoever sends it', async () => {
    const level = { task: 'first', output: 'level', operator: 'at-least', value: 3 } as const;
    const long = (name: string) =>
      documentTask(name, ['first'], { estimatedTokens: 10, when: { any: Array(2).fill({ any: Array(95).fill(level) }) } });
    const plan = [
      documentTask('first', [], { outputs: [{ name: 'level', type: 'integer' }] }),
      ...Array.from({ length: 85 }, (_, index) => long(`t${index}`)),
    ];
    await whileWaiting(plan, async (handle) => {
      const more = (tasks: number) => ({
        add: Array.from({ length: tasks }, (_, index) => long(`n${index}`)),
      });
      await expect(handle.revise(more(90), 'Far too much.')).rejects.toMatchObject({
        code: 'graph.patch-refused',
        message: expect.stringContaining('A patch takes at most'),
      });
      await expect(handle.revise(more(75), 'With the plan too much.')).rejects.toMatchObject({
        code: 'graph.patch-refused',
        message: expect.stringContaining('can be carried'),
      });
      const raw = temporal.environment.client.workflow.getHandle(handle.projectId);
      await expect(raw.executeUpdate('kamachiq.revise-plan', { args: [{ patch: { junk: 'j'.repeat(1_200_000) }, reason: 'x' }] })).rejects.toThrow();
      for (const reason of ['', ' ', 1, 'x'.repeat(2_001)]) {
        await expect(raw.executeUpdate('kamachiq.revise-plan', { args: [{ patch: { drop: [] }, reason }] })).rejects.toThrow();
      }
      await handle.cancel();
    });
  });

  it('says what can not start any more, and that what failed stays', async () => {
    const { promise: waiting, resolve: letGo } = Promise.withResolvers<void>();
    const model = new ScriptedModel(async (request) => {
      if (says(request, 'Write slow') && !isJudgement(request)) await waiting;
      return says(request, 'Write risky') ? '' : write(request);
    });
    await run(model, async (client) => {
      const handle = await client.submit(specWithTasks([documentTask('risky'), documentTask('behind', ['risky']), documentTask('slow')]));
      await until(async () => (await handle.status()).tasks.find(({ state }) => state === 'upstream-failed'));
      await expect(handle.revise({ replace: [documentTask('behind')] }, 'Again.')).rejects.toMatchObject({
        context: { findings: [{ code: 'graph.settled-task', message: expect.stringContaining('upstream-failed') }] },
      });
      await expect(handle.revise({ add: [documentTask('after', ['behind'])] }, 'On.')).rejects.toMatchObject({
        context: { findings: [{ code: 'graph.unreachable', taskIds: ['after'] }] },
      });
      letGo();
      await handle.result();
    });
  });

  it('is cancelled while a change is being looked at, which then is refused', async () => {
    let asked = 0;
    const rules: RuleSource = {
      specificationVersion: 1,
      id: 'slow-after-the-first-time',
      doLoadRules: (signal) => {
        asked += 1;
        return asked === 1
          ? Promise.resolve([])
          : new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
      },
    };
    const model = new ScriptedModel((request, _call, signal) =>
      isJudgement(request) ? judgement(10) : new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
    );
    await temporal.withWorker({ model, rules }, async (client) => {
      const handle = await client.submit(specWithTasks([documentTask('first')]));
      await until(async () => (await handle.status()).tasks.find(({ state }) => state === 'running'));
      const change = handle.revise({ add: [documentTask('more')] }, 'More.').catch((error: unknown) => error);
      await until(async () => asked === 2);
      await handle.cancel();
      expect(await change).toMatchObject({ code: expect.any(String) });
      await expect(handle.result()).rejects.toMatchObject({ code: 'client.project-cancelled' });
      expect(await handle.status()).toMatchObject({ phase: 'ended', revisions: 0, tasks: [{ id: 'first', state: 'cancelled' }] });
    });
  });

  it('keeps the rules that a host brought, in plans and in changes of them', async () => {
    const rules: RuleSource = {
      specificationVersion: 1,
      id: 'house-rules/1',
      doLoadRules: async () => [
        {
          id: 'no-secrets',
          text: 'No task is called secret.',
          findBreaches: ({ nodes }) => nodes.filter(({ id }) => id === 'secret').map(({ id }) => ({ taskIds: [id], message: 'There is one.' })),
        },
      ],
    };
    await temporal.withWorker({ model: new ScriptedModel((request) => write(request)), rules }, async (client) => {
      const refused = await (await client.submit(specWithTasks([documentTask('secret')]))).result();
      expect(refused).toMatchObject({ status: 'failed', reason: expect.stringContaining('The rule "no-secrets" is broken') });
      expect(await (await client.submit(specWithTasks([documentTask('open')]))).result()).toMatchObject({ status: 'approved' });
    });
  });

  it('refuses any change once its tasks are done', async () => {
    await run(new ScriptedModel((request) => write(request)), async (client) => {
      const handle = await client.submit(specWithTasks([documentTask('first')]));
      await handle.result();
      await expect(handle.revise({ add: [documentTask('late')] }, 'Too late.')).rejects.toMatchObject({
        code: 'graph.patch-refused',
        message: 'The project has ended.',
      });
    });
  });
});
