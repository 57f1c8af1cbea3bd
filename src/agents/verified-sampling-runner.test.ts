import { describe, expect, it } from 'vitest';
import { ModelCallError } from '../errors/model-call-error.js';
import { taskNode } from '../graph/fixtures/arbitrary-graph.js';
import type { RenderedTaskTemplate, SampledTaskTemplate } from '../planning/task-template.js';
import type { AgentRequest } from '../ports/agent-runner.js';
import type { Sandbox } from '../ports/sandbox.js';
import type { Check } from '../quality/check.js';
import { ScriptedModel } from '../testing/scripted-model.js';
import { MeteredModel } from './metered-model.js';
import { VerifiedSamplingRunner } from './verified-sampling-runner.js';

/** Answers what the file says: stands in for execution, which the tests of the sandboxes do for real. */
const scriptedSandbox: Sandbox = {
  specificationVersion: 1,
  id: 'scripted/test',
  languages: ['text'],
  doRun: async ({ files, invocations }) => ({
    observations: invocations.map((invocation) => ({
      status: 'returned',
      value: files.find(({ path }) => invocation.kind === 'inspect' && path === invocation.path)?.text ?? null,
      stdout: '',
    })),
    durationMilliseconds: 0,
  }),
};
const says = (path: string, value: string): Check => ({
  id: `${path} says ${value}`,
  description: `${path} says ${value}`,
  invocation: { kind: 'inspect', path },
  expected: { kind: 'returns', value },
});
const sampled = (checks: readonly Check[], rest: Partial<SampledTaskTemplate> = {}): SampledTaskTemplate => ({
  kind: 'sampled',
  name: 'note',
  version: '1',
  language: 'text',
  findInputProblems: () => [],
  checks: () => checks,
  prompt: (_request, failure) => ({
    messages: [{ role: 'user', text: failure === null ? 'Write.' : `Not ${failure.answer}: ${failure.problems.join()}` }],
    maxOutputTokens: 20,
  }),
  assemble: (answer) => ({ files: [{ path: 'note', text: answer }], problems: [] }),
  ...rest,
});
const run = async (template: SampledTaskTemplate | RenderedTaskTemplate, model: ScriptedModel, rest: Partial<AgentRequest> = {}, tokens = 1_000) => {
  const task = taskNode('note', [], { writes: ['note'] });
  const request: AgentRequest = {
    projectId: 'p',
    task,
    template,
    instructions: '',
    attempt: 1,
    remediation: 0,
    feedback: [],
    files: [],
    seed: 1,
    ...rest,
  };
  const metered = new MeteredModel(model, tokens, 'note/0/1');
  return new VerifiedSamplingRunner().doRun(request, {
    model: metered,
    meter: metered.meter,
    sandbox: scriptedSandbox,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
};

describe('VerifiedSamplingRunner', () => {
  it('keeps the first candidate that passes and says which one it was', async () => {
    const model = new ScriptedModel((_request, index) => ['no', 'nor this', 'yes', 'too late'][index]!);
    const outcome = await run(sampled([says('note', 'yes')]), model);
    expect(outcome).toMatchObject({
      passed: true,
      candidates: 3,
      problems: [],
      files: [{ path: 'note', text: 'yes', madeBy: { kind: 'model', candidates: 3, model: 'scripted/test' } }],
    });
    expect(model.requests).toHaveLength(3);
  });

  it('draws the first candidate at temperature 0, every one with a seed of its own, every second one with the failure fed back', async () => {
    const model = new ScriptedModel((_request, index) => (index === 4 ? 'yes' : `no ${index}`));
    await run(sampled([says('note', 'yes')]), model);
    expect(model.requests.map(({ temperature }) => temperature)).toEqual([0, 0.8, 0.8, 0.8, 0.8]);
    expect(new Set(model.requests.map(({ seed }) => seed)).size).toBe(5);
    expect(model.requests.map(({ messages }) => messages[0]!.text.startsWith('Not'))).toEqual([false, true, false, true, false]);
    expect(model.requests[1]!.messages[0]!.text).toContain('expected note says yes; it returned "no 0"');
  });

  it('draws the same candidates for the same seed and others for another', async () => {
    const seedsOf = async (seed: number) => {
      const model = new ScriptedModel(() => 'no');
      await run(sampled([says('note', 'yes')]), model, { seed }, 200);
      return model.requests.map((request) => request.seed);
    };
    expect(await seedsOf(1)).toEqual(await seedsOf(1));
    expect(await seedsOf(1)).not.toEqual(await seedsOf(2));
  });

  it('stops when the hold is spent and keeps the candidate that passed most', async () => {
    const checks = [says('note', 'a'), says('note', 'b'), { ...says('note', 'half'), id: 'half' }];
    const model = new ScriptedModel((_request, index) => (index === 1 ? 'half' : 'none'));
    const outcome = await run(sampled(checks), model, {}, 120);
    expect(outcome).toMatchObject({ passed: false, files: [{ text: 'half' }] });
    expect(outcome.candidates).toBeGreaterThan(2);
    expect(outcome.problems.at(-1)).toContain('no passing candidate');
  });

  it.each([
    ['a path outside the project', [{ path: '../../etc/passwd', text: 'root' }]],
    [
      'a path that was not declared',
      [
        { path: 'note', text: 'x' },
        { path: 'other', text: 'x' },
      ],
    ],
    ['nothing', []],
  ])('never keeps %s', async (_name, files) => {
    const outcome = await run(sampled([], { assemble: () => ({ files, problems: [] }) }), new ScriptedModel(() => 'x'), {}, 100);
    expect(outcome).toMatchObject({ passed: false, files: [] });
  });

  it('takes no half of an answer for a whole one where nothing is executed', async () => {
    const said = ['x'.repeat(200), 'A whole note.'];
    const model = new ScriptedModel((_request, index) => said[index]!);
    const outcome = await run(sampled([]), model);
    expect(outcome).toMatchObject({ passed: true, candidates: 2, files: [{ text: 'A whole note.' }] });
    expect(model.requests[1]!.messages[0]!.text).toContain('cut off after 20 tokens');
  });

  it('gives what was cut off to people, and says so, where no whole answer comes', async () => {
    const outcome = await run(sampled([]), new ScriptedModel(() => 'x'.repeat(200)), {}, 60);
    expect(outcome).toMatchObject({ passed: false, files: [{ path: 'note', text: 'x'.repeat(80) }] });
    expect(outcome.problems.join()).toContain('cut off after 20 tokens');
  });

  it('leaves it to the checks whether what was cut off is enough', async () => {
    const outcome = await run(sampled([says('note', 'x'.repeat(80))]), new ScriptedModel(() => 'x'.repeat(200)));
    expect(outcome).toMatchObject({ passed: true, candidates: 1 });
  });

  it('finds that nothing was written, also where no path was asked for', async () => {
    const task = taskNode('note', [], { writes: [] });
    const outcome = await run(sampled([], { assemble: () => ({ files: [], problems: [] }) }), new ScriptedModel(() => 'x'), { task }, 100);
    expect(outcome).toMatchObject({ passed: false, files: [] });
    expect(outcome.problems).toContain('nothing was written');
  });

  it('keeps what a template says a file is for', async () => {
    const template = sampled([], { assemble: (text) => ({ files: [{ path: 'note', text, role: 'documentation' }], problems: [] }) });
    expect(await run(template, new ScriptedModel(() => 'x'))).toMatchObject({ passed: true, files: [{ path: 'note', role: 'documentation' }] });
  });

  it('asks a model that refuses three times, at other temperatures and without the refusal in the prompt, and then fails with what it said', async () => {
    const model = new ScriptedModel(() => ({
      text: 'I will not.',
      usage: { inputTokens: 5, outputTokens: 3, reported: true },
      finishReason: 'refusal',
    }));
    await expect(run(sampled([says('note', 'yes')]), model)).rejects.toMatchObject({
      name: 'ModelCallError',
      code: 'model.refused',
      message: expect.stringContaining('I will not.'),
    });
    expect(model.requests.map(({ temperature }) => temperature)).toEqual([0, 0.8, 0.8]);
    expect(model.requests.every(({ messages }) => messages[0]!.text === 'Write.')).toBe(true);
  });

  it('keeps what was made before a model refused for good', async () => {
    const refusal = { text: '', usage: { inputTokens: 5, outputTokens: 0, reported: true }, finishReason: 'refusal' } as const;
    const model = new ScriptedModel((_request, index) => (index === 0 ? 'half' : refusal));
    expect(await run(sampled([says('note', 'half'), { ...says('note', 'yes'), id: 'yes' }]), model)).toMatchObject({
      passed: false,
      candidates: 4,
      files: [{ text: 'half' }],
      problems: ['the model refused 3 times'],
    });
  });

  it('leaves the last failure out of a prompt that is too long with it', async () => {
    const tooLong = new ModelCallError({ code: 'model.context-too-long', message: 'too long', remedy: 'shorten it' });
    const model = new ScriptedModel(({ messages }, index) => (messages[0]!.text.startsWith('Not') ? tooLong : index === 0 ? 'no' : 'yes'));
    expect(await run(sampled([says('note', 'yes')]), model)).toMatchObject({ passed: true, candidates: 2 });
    expect(model.requests.map(({ messages }) => messages[0]!.text.startsWith('Not'))).toEqual([false, true, false]);
    await expect(run(sampled([]), new ScriptedModel(() => tooLong))).rejects.toBe(tooLong);
  });

  it('renders without a model and checks what it rendered', async () => {
    const model = new ScriptedModel(() => 'unused');
    const template: RenderedTaskTemplate = {
      kind: 'rendered',
      name: 'fixed',
      version: '2',
      language: 'text',
      findInputProblems: () => [],
      checks: () => [says('note', 'fixed'), says('upstream', 'there')],
      render: () => [{ path: 'note', text: 'fixed' }],
    };
    const outcome = await run(template, model, { files: [{ path: 'upstream', text: 'there' }] });
    expect(outcome).toMatchObject({ passed: true, candidates: 0, files: [{ path: 'note', madeBy: { kind: 'template', template: 'fixed/2' } }] });
    expect(model.requests).toEqual([]);
  });
});
