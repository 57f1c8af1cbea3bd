import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { wrapLanguageModel } from 'ai';
import type { ModelAnswer, ModelRequest } from 'kamachiq';
import { describe, expect, it } from 'vitest';
import { aiSdkModel, boundedFetch, openAiCompatibleModel } from '../src/index.js';
import type { StreamPart } from '../src/provider-model.js';
import { AROUND_CALL } from '../src/token-bound.js';
import {
  beginning,
  cut,
  ending,
  forever,
  hang,
  httpError,
  piece,
  redirect,
  reset,
  type ScriptedFailure,
  startScriptedFailureServer,
  streamed,
  success,
} from './support/scripted-failure-server.js';

const never = new AbortController().signal;
const request: ModelRequest = { messages: [{ role: 'user', text: 'Hello' }], maxOutputTokens: 4 };
const usage = { prompt_tokens: 3, completion_tokens: 2 };
const completion = (finish_reason: string) =>
  JSON.stringify({
    id: 'x',
    created: 0,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: '' }, finish_reason }],
    usage: { prompt_tokens: 3, completion_tokens: 0 },
  });

/** A piece of a stream that calls a tool. */
const callPiece = (index: number, name: string | undefined, input: string) =>
  piece(null, { delta: { tool_calls: [{ index, id: `call-${index}`, type: 'function', function: { name, arguments: input } }] } });

/** A piece of a stream, otherwise sound, with lists in lists. */
const deepPiece = (depth: number) => piece('So').replace('"choices"', `"more":${'['.repeat(depth)}${']'.repeat(depth)},"choices"`);

/** Calls another tool again and again, for as long as somebody reads. */
const callsForever =
  (name: string): ScriptedFailure =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let calls = 0;
    const write = () => {
      while (!response.destroyed) {
        calls += 1;
        if (!response.write(callPiece(calls, name, ''))) return void response.once('drain', write);
      }
    };
    write();
  };

interface Patience {
  readonly timeoutMilliseconds?: number;
  readonly stallMilliseconds?: number;
}

async function callBefore(failure: ScriptedFailure, options: Patience = {}, asked: Partial<ModelRequest> = {}) {
  const server = await startScriptedFailureServer(failure);
  try {
    const model = openAiCompatibleModel({ baseUrl: server.baseUrl, model: 'm', apiKey: 'secret-key', ...options });
    const outcome: { readonly answer?: ModelAnswer; readonly error?: Error } = await model.doGenerate({ ...request, ...asked }, never).then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error: error as Error }),
    );
    return { ...outcome, requests: server.requests(), abandoned: server.abandoned };
  } finally {
    await server.close();
  }
}

describe('openAiCompatibleModel before a server that fails', () => {
  it.each<[string, ScriptedFailure, object]>([
    ['429 with seconds', httpError(429, {}, { 'retry-after': '7' }), { code: 'model.rate-limited', retryable: true, retryAfterMilliseconds: 7000 }],
    [
      '429 with milliseconds',
      httpError(429, {}, { 'retry-after-ms': '1500', 'retry-after': '7' }),
      { code: 'model.rate-limited', retryAfterMilliseconds: 1500 },
    ],
    [
      '429 with a date long ago',
      httpError(429, {}, { 'retry-after': 'Thu, 01 Jan 2026 00:00:00 GMT' }),
      { code: 'model.rate-limited', retryAfterMilliseconds: 0 },
    ],
    ['429 without a delay', httpError(429), { code: 'model.rate-limited', retryAfterMilliseconds: null }],
    ['429 for an empty account', httpError(429, { code: 'insufficient_quota' }), { code: 'model.unauthorized', retryable: false }],
    ['408', httpError(408), { code: 'model.timeout', retryable: true }],
    ['500', httpError(500), { code: 'model.overloaded', retryable: true }],
    ['503 with a delay', httpError(503, {}, { 'retry-after': '2' }), { code: 'model.overloaded', retryAfterMilliseconds: 2000 }],
    ['529', httpError(529), { code: 'model.overloaded' }],
    ['401', httpError(401), { code: 'model.unauthorized', retryable: false }],
    ['402', httpError(402), { code: 'model.unauthorized', retryable: false }],
    ['403', httpError(403), { code: 'model.unauthorized' }],
    ['400 otherwise', httpError(400, { message: 'unknown field' }), { code: 'model.invalid-request', retryable: false }],
    ['422', httpError(422), { code: 'model.invalid-request' }],
    ['a filter before the model', httpError(400, { code: 'content_filter' }), { code: 'model.refused', retryable: false }],
    ['an error of a hundred megabytes', forever(Buffer.alloc(65_536, 'x'), 'text/plain', 503), { code: 'model.overloaded' }],
    ['success without JSON', success('<html>proxy</html>'), { code: 'model.garbled', retryable: true }],
    ['success of another kind', success('<html>proxy</html>', 'text/html'), { code: 'model.garbled' }],
    ['success with other JSON', success('{"__proto__":{"choices":[]}}'), { code: 'model.garbled' }],
    ['success with no choice', success('{"choices":[]}'), { code: 'model.garbled' }],
    ['success with a choice that is nothing', success('{"choices":[null]}'), { code: 'model.garbled' }],
    ['success with a choice that is a word', success('{"choices":["x"]}'), { code: 'model.garbled' }],
    ['success with a message that is nothing', success('{"choices":[{"message":5}]}'), { code: 'model.garbled' }],
    ['half a megabyte of blanks', success(' '.repeat(500_000)), { code: 'model.garbled' }],
    ['calls of tools whose names never come', forever(callPiece(0, undefined, 'x'.repeat(500_000))), { code: 'model.garbled', retryable: true }],
    ['calls of tools with blank names', forever(callPiece(0, ' '.repeat(500_000), '')), { code: 'model.garbled' }],
    [
      'events without end that hold nothing of an answer',
      forever(piece(null, { delta: { padding: 'x'.repeat(500_000) } })),
      { code: 'model.garbled' },
    ],
    ['an event with lists in lists', success(deepPiece(100_000), 'text/event-stream'), { code: 'model.garbled' }],
    ['an empty stream', success('', 'text/event-stream'), { code: 'model.garbled' }],
    ['garbage bytes', success('data: \u0000\ufffd{{{\n\n', 'text/event-stream'), { code: 'model.garbled' }],
    ['a body without end', forever(Buffer.alloc(65_536, ' '), 'application/json'), { code: 'model.garbled' }],
    ['a line without end', forever(Buffer.alloc(65_536, 'x')), { code: 'model.garbled' }],
    ['an event without end', forever(Buffer.alloc(65_536, `${'x'.repeat(1023)}\n`)), { code: 'model.garbled' }],
    ['a page without end', forever(Buffer.alloc(65_536, `${'x'.repeat(1023)}\n`), 'text/html'), { code: 'model.garbled' }],
    ['redirects in a circle', redirect, { code: 'model.unavailable', retryable: true }],
    ['a connection that is cut before an answer', cut, { code: 'model.interrupted', retryable: true }],
    ['a connection that is cut in an answer in one piece', reset, { code: 'model.interrupted' }],
    [
      'a connection that is cut in mid-stream',
      beginning(piece('So'), (response) => response.destroy()),
      { code: 'model.interrupted', retryable: true },
    ],
    ['a stream that ends in the middle', beginning(piece('So'), (response) => response.end()), { code: 'model.interrupted' }],
    [
      'an error in mid-stream',
      success(`${piece('So')}data: {"error":{"message":"scripted","code":429}}\n\n`, 'text/event-stream'),
      { code: 'model.interrupted' },
    ],
    [
      'an overload told in a stream',
      success('data: {"error":{"message":"scripted","type":"overloaded_error"}}\n\n', 'text/event-stream'),
      { code: 'model.overloaded' },
    ],
    [
      'a rate limit told in a stream',
      success('data: {"error":{"message":"scripted","code":429}}\n\n', 'text/event-stream'),
      { code: 'model.rate-limited' },
    ],
  ])('names %s', async (_, failure, expected) => {
    const { error, requests } = await callBefore(failure);
    expect(error).toMatchObject({ name: 'ModelCallError', ...expected, remedy: expect.any(String) });
    if (failure !== redirect) expect(requests).toBe(1);
  });

  it.each([
    [{ code: 'context_length_exceeded' }],
    [{ message: 'the request exceeds the available context size (4096)' }],
    [{ message: "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens." }],
    [{ message: 'prompt is too long: 201000 tokens > 200000 maximum' }],
    [{ message: 'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000' }],
    [{ message: 'The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).' }],
    [{ message: 'Please reduce the length of the messages or completion.' }],
    [{ message: 'Prompt contains 40000 tokens, too large for model with 32768 maximum context length' }],
  ])('knows a prompt that is too long by the words of its provider: %j', async (told) => {
    const { error } = await callBefore(httpError(400, told));
    expect(error).toMatchObject({ code: 'model.context-too-long', retryable: false });
  });

  it.each<[string, ScriptedFailure]>([
    ['before the headers', hang],
    ['after the headers', beginning('\n', () => undefined)],
  ])('gives up on a server that says nothing %s', async (_, failure) => {
    const { error } = await callBefore(failure, { timeoutMilliseconds: 50 });
    expect(error).toMatchObject({ code: 'model.timeout', retryable: true, message: expect.stringContaining('no answer within 50 ms') });
  });

  it('gives up on a stream that falls silent, long before its time is up', async () => {
    const { error } = await callBefore(
      beginning(piece('So'), () => undefined),
      { stallMilliseconds: 50 },
    );
    expect(error).toMatchObject({ code: 'model.timeout', message: expect.stringContaining('stopped for 50 ms') });
  });

  it.each<[string, ScriptedFailure]>([
    ['before the headers', hang],
    ['in mid-stream', beginning(piece('So'), () => undefined)],
  ])('is cancelled while a server says nothing %s, and closes the connection', async (_, failure) => {
    const controller = new AbortController();
    const server = await startScriptedFailureServer((response, index, body) => {
      failure(response, index, body);
      setImmediate(() => controller.abort());
    });
    const model = openAiCompatibleModel({ baseUrl: server.baseUrl, model: 'm' });
    await expect(model.doGenerate(request, controller.signal)).rejects.toMatchObject({ code: 'model.cancelled', retryable: false });
    await server.abandoned;
    await server.close();
  });

  it('names a port where nobody listens', async () => {
    const held = createServer();
    await new Promise<void>((resolve) => held.listen(0, '127.0.0.1', resolve));
    const { port } = held.address() as AddressInfo;
    await new Promise((resolve) => held.close(resolve));
    const model = openAiCompatibleModel({ baseUrl: `http://127.0.0.1:${port}/v1`, model: 'm' });
    await expect(model.doGenerate(request, never)).rejects.toMatchObject({ code: 'model.unavailable', retryable: true });
  });

  it('keeps the key out of the error and control characters out of its message', async () => {
    const { error } = await callBefore(httpError(400, { message: `bad\u0000\u001b[2J ${'x'.repeat(5000)}` }));
    expect(error).toMatchObject({ code: 'model.invalid-request' });
    expect(error!.message).not.toMatch(/\p{Cc}/u);
    expect(error!.message.length).toBeLessThan(500);
    expect(JSON.stringify(error) + error!.message).not.toContain('secret-key');
  });

  it('tells a refusal and an empty answer from an error', async () => {
    expect(await callBefore(success(completion('content_filter')))).toMatchObject({ answer: { text: '', finishReason: 'refusal' } });
    expect(await callBefore(streamed('I', usage, 'content_filter'))).toMatchObject({ answer: { text: 'I', finishReason: 'refusal' } });
    const refused = success(`${piece(null, { delta: { refusal: 'I will not.' } })}${ending(usage)}`, 'text/event-stream');
    expect(await callBefore(refused)).toMatchObject({ answer: { finishReason: 'refusal' } });
    expect(await callBefore(success(completion('stop')))).toMatchObject({
      answer: { text: '', finishReason: 'stop', usage: { inputTokens: 3, outputTokens: 0, reported: true } },
    });
  });

  it('understands a server that does not stream', async () => {
    const whole = completion('stop').replace('"content":""', '"content":"whole"');
    expect(await callBefore(success(whole.replace('"completion_tokens":0', '"completion_tokens":1')))).toMatchObject({
      answer: { text: 'whole', usage: { inputTokens: 3, outputTokens: 1, reported: true } },
    });
  });
});

describe('a stream that passes its output limit', () => {
  it.each<[string, string, number]>([
    ['of a token each', piece('word '), 17],
    ['of many tokens each', piece('many words '.repeat(40)), 18],
    ['of a byte each', piece('x'), 65],
    ['of reasoning', piece(null, { delta: { reasoning_content: 'hm, ' } }), 17],
    ['of the inputs of tools', piece(null, { delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'x', arguments: 'more ' } }] } }), 17],
  ])('is stopped in pieces %s, and said so', async (_, part, most) => {
    const { answer, abandoned } = await callBefore(forever(part), {}, { maxOutputTokens: 16 });
    expect(answer).toMatchObject({ finishReason: 'length', usage: { reported: false, outputTokens: expect.any(Number) } });
    expect(answer!.usage.outputTokens).toBeGreaterThanOrEqual(16);
    expect(answer!.usage.outputTokens).toBeLessThanOrEqual(Math.max(most, 16));
    await abandoned;
  });

  it('is stopped in calls of tools that take no input', async () => {
    const { answer, abandoned } = await callBefore(callsForever('look_up'), {}, { maxOutputTokens: 16 });
    expect(answer).toMatchObject({ finishReason: 'length', usage: { outputTokens: 17, reported: false } });
    await abandoned;
    const { answer: long } = await callBefore(callsForever('n'.repeat(500_000)), {}, { maxOutputTokens: 16 });
    expect(long).toMatchObject({ finishReason: 'length', usage: { outputTokens: Math.ceil(500_000 / 128), reported: false } });
  });

  it('is stopped where the provider counts more while it streams', async () => {
    const { answer } = await callBefore(beginning(piece('w', { usage: { prompt_tokens: 3, completion_tokens: 5 } }), () => undefined));
    expect(answer).toMatchObject({ finishReason: 'length', usage: { outputTokens: 5, reported: false } });
  });

  it('is left alone within it, whatever its tokens are', async () => {
    const blanks = ' '.repeat(128 * 4);
    expect(await callBefore(streamed(blanks, { prompt_tokens: 3, completion_tokens: 4 }))).toMatchObject({
      answer: { text: blanks, finishReason: 'stop', usage: { outputTokens: 4, reported: true } },
    });
    const letters = [...'fine'].map((letter) => piece(letter)).join('') + ending({ prompt_tokens: 3, completion_tokens: 4 });
    expect(await callBefore(success(letters, 'text/event-stream'))).toMatchObject({ answer: { text: 'fine', finishReason: 'stop' } });
  });
});

describe('a usage that is not so', () => {
  const text = 'a '.repeat(200);
  const told = async (prompt_tokens: unknown, completion_tokens: unknown) => {
    const { answer } = await callBefore(streamed(text, { prompt_tokens, completion_tokens }), {}, { maxOutputTokens: 300 });
    return answer!.usage;
  };

  it.each([
    ['nothing for the prompt', 0, 100],
    ['nothing for the answer', 10, 0],
    ['less than the answer can be', 10, 3],
    ['less than nothing', -10, -100],
    ['a part of a token', 1.5, 100],
    ['more than can be', 10, 1e300],
  ])('is not believed where it says %s: the bounds stand in', async (_, input, output) => {
    const usage = await told(input, output);
    expect(usage).toEqual({ inputTokens: expect.any(Number), outputTokens: 300, reported: false });
    expect(usage.inputTokens).toBeGreaterThan(100);
  });

  it('is not believed where it says less than one token for each call of a tool', async () => {
    const calls = Array.from({ length: 20 }, (_, index) => callPiece(index, 'a', '')).join('');
    const after = async (completion_tokens?: number) => {
      const told = completion_tokens === undefined ? undefined : { prompt_tokens: 10, completion_tokens };
      const { answer } = await callBefore(success(`${calls}${ending(told, 'tool_calls')}`, 'text/event-stream'), {}, { maxOutputTokens: 5_000 });
      return answer!.usage;
    };
    expect(await after(19)).toMatchObject({ reported: false, outputTokens: 20 * (1 + AROUND_CALL) });
    expect(await after()).toMatchObject({ reported: false, outputTokens: 20 * (1 + AROUND_CALL) });
    expect(await after(20)).toMatchObject({ reported: true, outputTokens: 20 });
  });

  it('has its bounds from all calls of tools, also of providers that tell each in one piece', async () => {
    const calls = Array.from({ length: 20 }, (_, index) => callPiece(index, 'a', '{}')).join('');
    const server = await startScriptedFailureServer(success(`${calls}${ending(undefined, 'tool_calls')}`, 'text/event-stream'));
    const provider = createOpenAICompatible({ name: 'scripted', baseURL: server.baseUrl, fetch: boundedFetch() });
    const inOnePiece = wrapLanguageModel({
      model: provider('m'),
      middleware: {
        specificationVersion: 'v4',
        wrapStream: async ({ doStream }) => {
          const { stream, ...rest } = await doStream();
          const whole = new TransformStream<StreamPart, StreamPart>({
            transform(part, controller) {
              if (!part.type.startsWith('tool-input')) controller.enqueue(part);
            },
          });
          return { ...rest, stream: stream.pipeThrough(whole) };
        },
      },
    });
    const answer = async (maxOutputTokens: number) =>
      aiSdkModel(inOnePiece, { contextTokens: 8_192 }).doGenerate({ ...request, maxOutputTokens }, never);
    expect((await answer(5_000)).usage).toMatchObject({ reported: false, outputTokens: 20 * ('a{}'.length + AROUND_CALL) });
    expect(await answer(16)).toMatchObject({ finishReason: 'length', usage: { reported: false, outputTokens: expect.any(Number) } });
    await server.close();
  });

  it('is told as it is where it is too much', async () => {
    expect(await told(5_000, 40_000)).toEqual({ inputTokens: 5_000, outputTokens: 40_000, reported: true });
  });
});

describe('options of a model', () => {
  it.each(['timeoutMilliseconds', 'stallMilliseconds'] as const)('%s is refused where no clock can keep it', (option) => {
    const model = (value: number) => openAiCompatibleModel({ baseUrl: 'http://127.0.0.1:9/v1', model: 'm', [option]: value });
    for (const value of [Number.POSITIVE_INFINITY, Number.NaN, 2 ** 31, 0, -1, 1.5])
      expect(() => model(value)).toThrow(
        expect.objectContaining({ name: 'InvalidInputError', findings: [expect.objectContaining({ code: 'model.invalid-option', path: option })] }),
      );
    expect(model(2 ** 31 - 1).id).toBe('openai-compatible/m');
  });
});
