import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { taskNode } from '../graph/fixtures/arbitrary-graph.js';
import { freeFormTemplate } from '../planning/free-form-template.js';
import type { ProjectSpec } from '../planning/project-spec.js';
import { ScriptedModel } from '../testing/scripted-model.js';
import { CallMeter } from './call-meter.js';
import { MeteredModel } from './metered-model.js';
import { fitContext, type TaskContextParts, wholeContext } from './task-context.js';
import { promptRequestOf } from './template-request.js';

const spec: ProjectSpec = {
  name: 'Test',
  goals: ['It works.', 'It is short.'],
  constraints: ['No packages.'],
  context: 'For shopkeepers.',
  language: 'text',
  packageName: 'test',
  budgetTotal: 1,
  timeoutMinutes: 1,
  qualityThreshold: 0.8,
  functions: [],
  acceptance: [],
  tasks: [],
};
const parts = (rest: Partial<TaskContextParts> = {}): TaskContextParts => ({
  persona: { name: 'developer', types: ['code'], instructions: 'You write code.' },
  spec,
  feedback: [],
  notes: [],
  files: [],
  ...rest,
});
const task = taskNode('a', [], { writes: ['a.md'], reads: ['read'], description: 'Write it.' });
const request = { projectId: 'p', task, template: freeFormTemplate, attempt: 1, remediation: 0, files: [], seed: 0 };
/** Counts a token for every four characters, as a scripted model does. */
const counter = new ScriptedModel(() => '');
const fitted = async (given: TaskContextParts, tokens: number) => {
  const model = new MeteredModel(counter, new CallMeter({ limit: { tokens, microDollars: null }, keyPrefix: 'a/0/1' }));
  const { context, cuts } = await fitContext(given, request, model);
  const prompt = freeFormTemplate.prompt(promptRequestOf({ ...request, ...context }), null);
  return { context, cuts, prompt: prompt.messages.map(({ text }) => text).join('\n'), tokens: await model.countTokens(prompt) };
};
const lines = (word: string, count: number) => Array.from({ length: count }, (_, index) => `${word} ${index}`).join('\n');

describe('wholeContext', () => {
  it('tells persona, goals, constraints and context, and nothing where there is nothing', () => {
    expect(wholeContext(parts()).instructions).toBe(
      "You write code.\n\nThe project's goals:\n- It works.\n- It is short.\n\nConstraints:\n- No packages.\n\nContext:\nFor shopkeepers.",
    );
    const bare = parts({ persona: null, spec: { ...spec, constraints: [], context: '' } });
    expect(wholeContext(bare).instructions).toBe("The project's goals:\n- It works.\n- It is short.");
  });
});

describe('fitContext', () => {
  it('leaves a prompt as it is that leaves room for an answer', async () => {
    const given = parts({ feedback: ['be shorter'], notes: ['a note'], files: [{ path: 'b.md', text: lines('b', 5) }] });
    const { context, cuts } = await fitted(given, 4_000);
    expect(context).toEqual(wholeContext(given));
    expect(context.shownFiles).toEqual(given.files);
    expect(cuts).toEqual([]);
  });

  it('cuts notes first, then files that are not declared, and says what it left out', async () => {
    const given = parts({
      notes: ['note one', 'note two'],
      files: [
        { path: 'other/long.md', text: lines('other', 400) },
        { path: 'read/needed.md', text: lines('needed', 20) },
        { path: 'other/more.md', text: lines('more', 400) },
      ],
    });
    const { context, cuts, prompt, tokens } = await fitted(given, 1_000);
    expect(tokens).toBeLessThanOrEqual(750);
    expect(context.notes).toEqual([]);
    expect(context.shownFiles.map(({ path }) => path)).toEqual(['other/long.md', 'read/needed.md']);
    expect(context.shownFiles[1]).toBe(given.files[1]);
    expect(context.shownFiles[0]!.text).toMatch(/^other 0\nother 1\n[\s\S]*\nother \d+\n\(cut here for want of room\)$/);
    expect(prompt).toContain('Left out for want of room: 2 of 2 notes on earlier tasks; the file other/more.md.');
    expect(cuts.map(({ section }) => section)).toEqual(['notes', 'files']);
    expect(cuts[1]).toMatchObject({ pieces: 820 });
    // The record tells about as many tokens as the prompt lost.
    const whole = freeFormTemplate
      .prompt(promptRequestOf({ ...request, ...wholeContext(given) }), null)
      .messages.map(({ text }) => text)
      .join('');
    const lost = cuts.reduce((sum, { tokensCut }) => sum + tokensCut, 0);
    expect(Math.abs(lost - (Math.ceil(whole.length / 4) - tokens))).toBeLessThan(60);
  });

  it('keeps what was said of the last work until last, and its minimum while anything else can go', async () => {
    const feedback = Array.from({ length: 10 }, (_, index) => `remark ${index} ${'x'.repeat(60)}`);
    const given = parts({
      feedback,
      spec: { ...spec, context: lines('context', 300), constraints: Array.from({ length: 50 }, (_, index) => `rule ${index}`) },
    });
    const roomy = await fitted(given, 900);
    expect(roomy.context.feedback).toEqual(feedback);
    expect(roomy.context.instructions).toContain('rule 49');
    expect(roomy.context.instructions).toContain('(cut here for want of room)');
    const narrow = await fitted(given, 260);
    expect(narrow.context.feedback.length).toBeGreaterThanOrEqual(3);
    expect(narrow.context.feedback).toEqual(feedback.slice(0, narrow.context.feedback.length));
    expect(narrow.context.instructions).toContain('rule 4');
    expect(narrow.context.instructions).toContain('Left out for want of room: the context');
    expect(narrow.tokens).toBeLessThanOrEqual(195);
  });

  it('takes no more than the model attends to, whatever the hold pays for', async () => {
    const given = parts({ files: [{ path: 'b.md', text: lines('b', 200_000) }] });
    const { tokens } = await fitted(given, 1_000_000);
    expect(tokens).toBeLessThanOrEqual(counter.contextTokens - 2_048);
    expect(tokens).toBeGreaterThan(counter.contextTokens - 2_300);
  });

  it('stays within its limit, and the same every time, whatever the texts are', async () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 600 }), fc.string({ unit: fc.constantFrom('a', ' ', '\n', '😀'), maxLength: 600 }));
    const texts = fc.array(text, { maxLength: 6 });
    const record = fc.record({ goals: texts, constraints: texts, context: text, feedback: texts, notes: texts, files: texts });
    await fc.assert(
      fc.asyncProperty(record, fc.integer({ min: 300, max: 2_000 }), async ({ goals, constraints, context, feedback, notes, files }, tokens) => {
        const given = parts({
          spec: { ...spec, goals, constraints, context },
          feedback,
          notes,
          files: files.map((content, index) => ({ path: `f${index}`, text: content })),
        });
        const made = await fitted(given, tokens);
        expect(made.tokens).toBeLessThanOrEqual(tokens - Math.floor(tokens / 4));
        expect(await fitted(given, tokens)).toEqual(made);
        expect(made.cuts.length === 0).toBe(
          made.context.instructions === wholeContext(given).instructions && made.context.shownFiles.length === files.length,
        );
      }),
      { numRuns: 60 },
    );
  });
});
