import { copyFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CancellationSignal, ModelRequest } from 'kamachiq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalModel, localModel } from '../src/index.js';
import { modelFile } from './support/model-file.js';

const never = new AbortController().signal;
const ask = (text: string, rest: Partial<ModelRequest> = {}): ModelRequest => ({ messages: [{ role: 'user', text }], maxOutputTokens: 16, ...rest });

/** Fires when it has been looked at so many times: cancels at an exact step of the call, without a clock. */
function firesAfterLooks(looks: number): CancellationSignal & { readonly looked: () => number } {
  let count = 0;
  return {
    get aborted() {
      count += 1;
      return count > looks;
    },
    addEventListener: () => {},
    removeEventListener: () => {},
    looked: () => count,
  };
}

describe('localModel', () => {
  let model: LocalModel;
  beforeAll(async () => {
    model = await localModel({ modelFile: modelFile(), contextTokens: 1024 });
  });
  afterAll(() => model.doClose());

  it('takes its name from the file', () => {
    expect(model.id).toMatch(/^local\/[a-z0-9._-]+$/);
  });

  it('gives each request the answer it gets alone on a fresh model, whatever ran before or runs beside it', async () => {
    const background = 'The quick brown fox jumps over the lazy dog. '.repeat(8);
    const requests = [
      ask(`${background}What did the fox do?`, { temperature: 1, seed: 1 }),
      ask(`${background}What did the dog do?`, { temperature: 1, seed: 2 }),
      ask(`${background}What did the dog do?`, { temperature: 1, seed: 3 }),
      ask(`${background}${background}Who jumps?`, { temperature: 0.8, seed: 1 }),
      ask('Who are you?', { temperature: 1, seed: 9, answerPrefix: 'I am' }),
      ask('Who are you?', { temperature: 1, seed: 9, answerSchema: { type: 'object', properties: { name: { type: 'string', maxLength: 12 } } } }),
    ];
    const alone: unknown[] = [];
    for (const request of requests) {
      const fresh = await localModel({ modelFile: modelFile(), contextTokens: 1024, parallelSequences: 1 });
      alone.push(await fresh.doGenerate(request, never));
      await fresh.doClose();
    }
    const together = [...requests, ...requests.toReversed()];
    const answers = await Promise.all(together.map((request) => model.doGenerate(request, never)));
    expect(answers).toEqual(together.map((request) => alone[requests.indexOf(request)]));
  });

  it.each([0, 4_294_967_295, 4_294_967_296, -1, Number.MAX_SAFE_INTEGER])('draws the same twice with seed %d', async (seed) => {
    const request = ask('Tell a story.', { temperature: 1, seed, maxOutputTokens: 8 });
    expect(await model.doGenerate(request, never)).toEqual(await model.doGenerate(request, never));
  });

  it('reads control tokens in a message as the characters they are', async () => {
    const plain = await model.doCountTokens(ask('left right'));
    const hostile = await model.doCountTokens(ask('left<|im_end|>right'));
    // As one control token it would cost 1.
    expect(hostile.tokens - plain.tokens).toBeGreaterThanOrEqual(4);
  });

  it('counts exactly what it charges, prefix and schema included', async () => {
    for (const rest of [{}, { answerPrefix: '{"a' }, { answerPrefix: '{"a', answerSchema: { properties: { a: { type: 'boolean' } } } }]) {
      const request = ask('Answer.', rest);
      const { tokens, exact } = await model.doCountTokens(request);
      expect(exact).toBe(true);
      expect((await model.doGenerate(request, never)).usage.inputTokens).toBe(tokens);
    }
  });

  it('fills its context to the last token and refuses one more', async () => {
    const small = await localModel({ modelFile: modelFile(), contextTokens: 128, parallelSequences: 1 });
    const request = ask('Count upwards from one, for ever.', { answerPrefix: '1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12' });
    const { tokens } = await small.doCountTokens(request);
    const room = small.contextTokens - tokens;
    const full = await small.doGenerate({ ...request, maxOutputTokens: room }, never);
    expect(full).toMatchObject({ usage: { inputTokens: tokens, outputTokens: room }, finishReason: 'length' });
    await expect(small.doGenerate({ ...request, maxOutputTokens: room + 1 }, never)).rejects.toMatchObject({
      code: 'model.context-too-long',
      context: { inputTokens: tokens, contextTokens: 128 },
    });
    await small.doClose();
  });

  it('refuses a schema with a keyword that a grammar cannot hold it to, by name', async () => {
    const request = ask('Answer.', { answerSchema: { type: 'object', properties: { a: { type: 'string', pattern: '^x' } } } });
    await expect(model.doGenerate(request, never)).rejects.toMatchObject({
      code: 'model.invalid-request',
      message: expect.stringMatching(/#\/properties\/a .*"pattern"/),
    });
  });

  it('refuses a beginning that no answer within the schema has', async () => {
    const request = ask('Answer.', {
      answerPrefix: '{"b',
      answerSchema: { type: 'object', properties: { a: { type: 'boolean' } }, required: ['a'] },
    });
    await expect(model.doGenerate(request, never)).rejects.toMatchObject({ code: 'model.invalid-request' });
  });

  it.each([
    ['a temperature below 0', { temperature: -1 }],
    ['a temperature that is no number', { temperature: Number.NaN }],
    ['half an output token', { maxOutputTokens: 1.5 }],
    ['a broken seed', { seed: 0.5 }],
    ['five stop sequences', { stopSequences: ['a', 'b', 'c', 'd', 'e'] }],
    ['an empty stop sequence', { stopSequences: [''] }],
  ])('refuses %s', async (_, rest) => {
    await expect(model.doGenerate(ask('Answer.', rest), never)).rejects.toMatchObject({ code: 'model.invalid-request' });
  });

  it('notices cancellation at the next token, and in the middle of a prompt', async () => {
    const between = firesAfterLooks(8);
    await expect(model.doGenerate(ask('Tell a story.', { maxOutputTokens: 400 }), between)).rejects.toMatchObject({ code: 'model.cancelled' });
    expect(between.looked()).toBe(9);
    const inPrompt = firesAfterLooks(4);
    await expect(model.doGenerate(ask('A long prompt, never seen before. '.repeat(60)), inPrompt)).rejects.toMatchObject({ code: 'model.cancelled' });
    expect(inPrompt.looked()).toBe(5);
  });

  it('gives up its place in the queue when cancelled there', async () => {
    const busy = [1, 2].map((seed) => model.doGenerate(ask('Tell a story.', { temperature: 1, seed }), never));
    const controller = new AbortController();
    const queued = model.doGenerate(ask('Tell another.'), controller.signal);
    const next = model.doGenerate(ask('Tell a third.'), never);
    controller.abort();
    await expect(queued).rejects.toMatchObject({ code: 'model.cancelled' });
    await Promise.all([...busy, next]);
  });

  it('serves those who wait in the order they came', async () => {
    const single = await localModel({ modelFile: modelFile(), contextTokens: 256, parallelSequences: 1 });
    const served: number[] = [];
    const call = async (caller: number) => {
      await single.doGenerate(ask(`Caller ${caller}`, { maxOutputTokens: 3 }), never);
      served.push(caller);
    };
    await Promise.all([0, 1, 2, 3].map(call));
    expect(served).toEqual([0, 1, 2, 3]);
    await single.doClose();
  });

  it('ends what runs and what waits when closed, closes twice, and stays closed', async () => {
    const closing = await localModel({ modelFile: modelFile(), contextTokens: 512, parallelSequences: 1 });
    const calls = [1, 2].map((seed) => closing.doGenerate(ask('Tell a story.', { maxOutputTokens: 300, temperature: 1, seed }), never));
    const settled = Promise.allSettled(calls);
    await Promise.all([closing.doClose(), closing.doClose()]);
    for (const call of await settled) expect(call).toMatchObject({ status: 'rejected', reason: { code: 'model.unavailable' } });
    await expect(closing.doGenerate(ask('Hello?'), never)).rejects.toMatchObject({ code: 'model.unavailable' });
    await expect(closing.doCountTokens(ask('Hello?'))).rejects.toMatchObject({ code: 'model.unavailable' });
  });
});

describe('localModel with a file it cannot use', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kamachiq-local-model-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('names a missing file, a folder, a text and a model cut short', async () => {
    const text = join(folder, 'text.gguf');
    await writeFile(text, 'Not a model.');
    const cut = join(folder, 'cut.gguf');
    await copyFile(modelFile(), cut);
    await truncate(cut, 50_000_000);
    const header = join(folder, 'header.gguf');
    await copyFile(modelFile(), header);
    await truncate(header, 100);
    for (const file of [join(folder, 'none.gguf'), folder, text, cut, header]) {
      await expect(localModel({ modelFile: file }), file).rejects.toMatchObject({
        code: 'model.file-unreadable',
        context: { modelFile: file },
        remedy: expect.any(String),
      });
    }
  });

  it.each([
    [undefined as unknown as string, 'undefined'],
    ['', 'an empty text'],
  ])('says where a file comes from that is not named: %j', async (file, got) => {
    await expect(localModel({ modelFile: file })).rejects.toMatchObject({
      code: 'model.file-unreadable',
      message: `Expected modelFile to name a model in GGUF form, got ${got}.`,
      remedy: expect.stringContaining('KAMACHIQ_MODEL_FILE'),
    });
  });

  it('names every option out of range at once', async () => {
    await expect(localModel({ modelFile: modelFile(), contextTokens: 1, parallelSequences: 0, threads: 1.5 })).rejects.toMatchObject({
      findings: [{ path: 'contextTokens' }, { path: 'parallelSequences' }, { path: 'threads' }],
    });
    await expect(localModel({ modelFile: modelFile(), contextTokens: 1_000_000 })).rejects.toMatchObject({
      findings: [{ path: 'contextTokens', got: '1000000' }],
    });
  });
});
