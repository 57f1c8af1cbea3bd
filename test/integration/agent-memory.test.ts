import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelRequest, ProjectSpec } from 'kamachiq';
import { ScriptedModel } from 'kamachiq/testing';
import { FilesystemMemoryStore, type KamachiqPorts } from 'kamachiq/worker';
import type { ProjectResult } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJudgement, judgement, reportOf, says } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';
import { until } from '../support/until.js';

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

const HEADING = 'Notes on earlier tasks';
const memoryIn = (name: string) => new FilesystemMemoryStore(join(temporal.folder, `memory-${name}`));
/** Writes a document at the second try of every task that is to be mended, and records what it is asked. */
const scriptedWriter = () =>
  new ScriptedModel((request) => {
    if (isJudgement(request)) return says(request, 'MENDED') || !says(request, 'Write mended') ? judgement(10) : judgement(2);
    return says(request, 'A reviewer said') ? 'A document, MENDED.' : 'A document.';
  });
const promptOf = (model: ScriptedModel, description: string): string => {
  const asked = model.requests.filter((request) => !isJudgement(request) && says(request, `Task: ${description}`));
  return textOf(asked[0]!);
};
const textOf = ({ messages }: ModelRequest) => messages.map(({ role, text }) => `${role}: ${text}`).join('\n');
const run = (
  ports: Omit<KamachiqPorts, 'artifacts' | 'sandbox'>,
  spec: ProjectSpec,
): Promise<{ readonly result: ProjectResult; readonly projectId: string }> =>
  temporal.withWorker(ports, async (client) => {
    const handle = await client.submit(spec, { reviewTimeoutMinutes: 0.001 });
    return { result: await handle.result(), projectId: handle.projectId };
  });
const twoTasks = specWithTasks([documentTask('mended'), documentTask('later', ['mended'])]);

describe('what agents remember', () => {
  it('reaches later tasks of the same project: what was done, what went wrong, and that it was mended', async () => {
    const model = scriptedWriter();
    const memory = memoryIn('same');
    const { result, projectId } = await run({ model, memory }, twoTasks);
    expect(result.status).toBe('approved');
    expect(promptOf(model, 'Write mended')).not.toContain(HEADING);
    const prompt = promptOf(model, 'Write later');
    expect(prompt).toContain(HEADING);
    expect(prompt).toContain('- [design, succeeded, this project] Write mended — First went wrong, then mended: ');
    // Notes are what models wrote: they never stand among the instructions.
    expect(prompt.indexOf(HEADING)).toBeGreaterThan(prompt.indexOf('user: '));
    const notes = await memory.doSearch({ projectId, team: null, limit: 10 });
    expect(notes.map(({ taskId, outcome, remediation }) => [taskId, outcome, remediation])).toEqual([
      ['later', 'succeeded', 0],
      ['mended', 'succeeded', 1],
    ]);
  });

  it('reaches later projects of the same team and no others', async () => {
    const memory = memoryIn('teams');
    const ports = (team: string | null) => ({ model: scriptedWriter(), memory, memoryTeam: () => team });
    await run(ports('red'), { ...twoTasks, name: 'First project' });
    const prompts: string[] = [];
    for (const team of ['red', 'blue', null]) {
      const second = ports(team);
      await run(second, specWithTasks([documentTask('other', [], { description: 'Write another document' })], { name: 'Second project' }));
      prompts.push(promptOf(second.model, 'Write another document'));
    }
    expect(prompts[0]).toContain('succeeded, project First project] Write mended');
    expect(prompts.slice(1).filter((prompt) => prompt.includes(HEADING))).toEqual([]);
  });

  it('tells of what failed in the end, and of what a person decided', async () => {
    const memory = memoryIn('ends');
    const failing = new ScriptedModel((request) => (isJudgement(request) ? judgement(10) : ' '));
    const { projectId } = await run({ model: failing, memory }, specWithTasks([documentTask('never')]));
    expect(await memory.doRead({ projectId, team: null, taskId: 'never' })).toMatchObject({
      outcome: 'failed',
      problems: ['the answer holds no text', expect.stringContaining('no passing candidate')],
    });
    const poor = new ScriptedModel((request) => (isJudgement(request) ? judgement(2) : 'A document.'));
    const approved = await temporal.withWorker({ model: poor, memory }, async (client) => {
      const handle = await client.submit(specWithTasks([documentTask('decided')]));
      const review = await until(async () => (await client.reviews()).reviews.find((own) => own.projectId === handle.projectId));
      await client.decide(review!.reviewId, { decision: 'approve', reviewer: 'ada' });
      const ofWhole = await until(async () =>
        (await client.reviews()).reviews.find((own) => own.projectId === handle.projectId && own.reviewId !== review!.reviewId),
      );
      await client.decide(ofWhole!.reviewId, { decision: 'reject', reviewer: 'ada' });
      await handle.result();
      return handle.projectId;
    });
    expect(await memory.doRead({ projectId: approved, team: null, taskId: 'decided' })).toMatchObject({ outcome: 'succeeded' });
  });

  it('is lost without harm where the store fails, and the record says so', async () => {
    const file = join(temporal.folder, 'no-folder');
    await writeFile(file, '');
    const broken = new FilesystemMemoryStore(join(file, 'below'));
    const { result } = await run({ model: scriptedWriter(), memory: broken }, specWithTasks([documentTask('a')]));
    expect(result.status).toBe('approved');
    const report = await reportOf(temporal, result);
    expect(report.contexts).toMatchObject([
      {
        key: 'a/0/1',
        notes: 0,
        cuts: [],
        memoryProblems: [expect.stringContaining('could not be read'), expect.stringContaining('could not be kept')],
      },
    ]);
  });

  it('gives way to what matters more where the model attends to little, and the report tells what was left out', async () => {
    const model = Object.assign(scriptedWriter(), { contextTokens: 700 });
    const spec = specWithTasks([documentTask('a')], { context: Array.from({ length: 200 }, (_, index) => `Fact number ${index}.`).join('\n') });
    const { result } = await run({ model }, spec);
    expect(result.status).toBe('approved');
    expect(promptOf(model, 'Write a')).toContain('Fact number 0.');
    expect(promptOf(model, 'Write a')).toContain('(cut here for want of room)');
    const [context] = (await reportOf(temporal, result)).contexts!;
    expect(context).toMatchObject({ key: 'a/0/1', cuts: [{ section: 'context', pieces: 200 }] });
    expect(context!.cuts[0]!.tokensCut).toBeGreaterThan(100);
  });
});

describe('personas', () => {
  const poet = { name: 'poet', types: ['code'], instructions: 'You write verse.' } as const;

  it('are those that a task names, else the host’s first of its type, else our own', async () => {
    const model = scriptedWriter();
    const tasks = [documentTask('named', [], { persona: 'poet' }), documentTask('typed', [], { type: 'code' }), documentTask('ours')];
    const { result } = await run({ model, personas: [poet] }, specWithTasks(tasks));
    expect(['named', 'typed', 'ours'].map((id) => promptOf(model, `Write ${id}`).includes(poet.instructions))).toEqual([true, true, false]);
    expect((await reportOf(temporal, result)).tasks.map(({ persona }) => persona)).toEqual(['poet', 'poet', 'designer']);
  });

  it('that nobody knows keep a plan from being started, with every other finding', async () => {
    const tasks = [documentTask('a', [], { persona: 'stranger' }), documentTask('b', [], { persona: 'ghost', template: 'none' })];
    const { result } = await run({ model: scriptedWriter() }, specWithTasks(tasks));
    expect(result).toMatchObject({ status: 'failed', metrics: { spend: { tokensSpent: 0 } } });
    const { findings } = (await reportOf(temporal, result)).plan;
    expect(findings.map(({ code, taskIds }) => [code, ...taskIds])).toEqual([
      ['graph.unknown-persona', 'a'],
      ['graph.unknown-persona', 'b'],
      ['graph.unknown-template', 'b'],
    ]);
  });
});
