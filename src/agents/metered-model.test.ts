import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelCallError } from '../errors/model-call-error.js';
import type { ModelRequest } from '../ports/language-model.js';
import { ScriptedModel } from '../testing/scripted-model.js';
import { MeteredModel } from './metered-model.js';

const signal = new AbortController().signal;
const ask = (text: string, maxOutputTokens: number): ModelRequest => ({ messages: [{ role: 'user', text }], maxOutputTokens });

describe('MeteredModel', () => {
  it('never spends more than it was given, and records every token it spent', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 400 }),
        fc.array(fc.record({ prompt: fc.nat({ max: 300 }), output: fc.integer({ min: 1, max: 120 }), said: fc.nat({ max: 600 }) }), {
          maxLength: 12,
        }),
        async (tokens, calls) => {
          let call = 0;
          const scripted = new ScriptedModel(() => 'x'.repeat(calls[call]!.said));
          const metered = new MeteredModel(scripted, tokens, 'task');
          for (call = 0; call < calls.length; call += 1) {
            const { prompt, output } = calls[call]!;
            await metered
              .generate(ask('p'.repeat(prompt), output), signal)
              .catch((error: unknown) => expect(error).toMatchObject({ code: 'budget.exceeded' }));
            expect(metered.spent).toBeLessThanOrEqual(tokens);
            expect(metered.spent + metered.available).toBe(tokens);
          }
          const recorded = metered.records.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
          expect(recorded).toBe(metered.spent);
          expect(metered.records.map(({ key }) => key)).toEqual(metered.records.map((_record, index) => `task/${index}`));
        },
      ),
    );
  });

  it('holds for every one of many calls side by side', async () => {
    const scripted = new ScriptedModel(() => 'x'.repeat(120));
    const metered = new MeteredModel(scripted, 100, 'task');
    const calls = await Promise.allSettled(Array.from({ length: 10 }, () => metered.generate(ask('p'.repeat(40), 30), signal, 16)));
    expect(calls.filter(({ status }) => status === 'fulfilled')).toHaveLength(scripted.requests.length);
    expect(scripted.requests.length).toBeLessThan(4);
    expect(metered.spent).toBe(metered.records.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0));
    expect(metered.spent).toBeLessThanOrEqual(100);
    expect(new Set(metered.records.map(({ key }) => key)).size).toBe(metered.records.length);
  });

  it('makes no call that was cancelled before it began', async () => {
    const scripted = new ScriptedModel(() => 'never');
    const metered = new MeteredModel(scripted, 100, 'task');
    const over = new AbortController();
    // While the prompt is counted.
    const call = metered.generate(ask('p', 10), over.signal);
    over.abort();
    await expect(call).rejects.toMatchObject({ code: 'model.cancelled' });
    expect([scripted.requests.length, metered.spent, metered.available, metered.records.length]).toEqual([0, 0, 100, 0]);
  });

  it('shrinks the last answer to what is left instead of refusing it', async () => {
    const scripted = new ScriptedModel(() => 'x'.repeat(1_000));
    const metered = new MeteredModel(scripted, 30, 'task');
    const answer = await metered.generate(ask('p'.repeat(40), 200), signal);
    expect(scripted.requests[0]!.maxOutputTokens).toBe(20);
    expect(answer.finishReason).toBe('length');
    expect(metered.available).toBe(0);
  });

  it('refuses before the call when not even the smallest useful answer fits', async () => {
    const scripted = new ScriptedModel(() => 'never');
    await expect(new MeteredModel(scripted, 20, 'task').generate(ask('p'.repeat(40), 200), signal, 16)).rejects.toMatchObject({
      code: 'budget.exceeded',
    });
    expect(scripted.requests).toEqual([]);
  });

  it.each([
    ['model.rate-limited', 0],
    ['model.unauthorized', 0],
    ['model.unavailable', 0],
    ['model.timeout', 60],
    ['model.overloaded', 60],
    ['model.cancelled', 60],
  ] as const)('charges %s with %i tokens', async (code, charged) => {
    const metered = new MeteredModel(new ScriptedModel(() => new ModelCallError({ code, message: '', remedy: '' })), 1_000, 'task');
    await expect(metered.generate(ask('p'.repeat(40), 50), signal)).rejects.toMatchObject({ code });
    expect(metered.spent).toBe(charged);
    expect(metered.records).toMatchObject([{ finishReason: code, reported: false }]);
  });
});
