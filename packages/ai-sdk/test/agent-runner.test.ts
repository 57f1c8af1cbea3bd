import { pyodideSandbox } from '@kamachiq/sandbox';
import { jsonSchema, type ToolSet, tool } from 'ai';
import type { TaskNode } from 'kamachiq';
import { describeAgentRunner, ScriptedModel } from 'kamachiq/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { type AgentStep, type ChatMessage, scriptedAgent } from './support/agent-conversation.js';
import { agentBefore, attemptBefore, note, runAgent, writeNote } from './support/run-agent.js';
import {
  ending,
  forever,
  httpError,
  piece,
  type ScriptedFailure,
  type ScriptedFailureServer,
  startScriptedFailureServer,
  success,
} from './support/scripted-failure-server.js';

describe('aiSdkAgentRunner', () => {
  const open: ScriptedFailureServer[] = [];
  afterAll(async () => {
    for (const server of open) await server.close();
  });
  const write = (messages: readonly ChatMessage[]): AgentStep =>
    messages.at(-1)!.role === 'tool'
      ? { say: 'Done.' }
      : { tool: 'write_file', input: { path: 'answer.py', text: 'def answer():\n    return 42\n' } };
  const create = async (script: ScriptedFailure) => {
    const server = await startScriptedFailureServer(script);
    open.push(server);
    return agentBefore(server, { price: { inputDollarsPerMillionTokens: 3, outputDollarsPerMillionTokens: 15 } });
  };
  describeAgentRunner(
    { describe, it, afterAll },
    {
      createRunner: () => create(scriptedAgent(write)),
      createBrokenRunner: () => create(httpError(401)),
      createModel: async () => new ScriptedModel(() => new Error('never asked')),
      createSandbox: async () => pyodideSandbox(),
    },
  );
});

/** A tool of the host's own, whatever its input. */
const doing = (execute: () => string | Promise<string>) => tool({ inputSchema: jsonSchema<object>({ type: 'object' }), execute });

const toolResult = (messages: readonly ChatMessage[]) => JSON.stringify(messages.at(-1)!.content);

describe('an agent in the loop of the AI SDK', () => {
  it('is told its task, reads files, writes its own and hands values on', async () => {
    const steps: AgentStep[] = [
      { tool: 'read_file', input: { path: 'upstream.md' } },
      writeNote,
      { tool: 'hand_on', input: { values: { length: 4 } } },
      { say: 'Done.' },
    ];
    const task: TaskNode = { ...note, outputs: [{ name: 'length', type: 'number' }] };
    const { outcome, meter, bodies } = await runAgent((_, index) => steps[index]!, {}, { task });
    expect(outcome).toMatchObject({
      passed: true,
      candidates: 1,
      outputs: { length: 4 },
      files: [{ path: 'note.md', text: 'Dry.', madeBy: { kind: 'model', model: 'scripted/agent', candidates: 1 } }],
    });
    for (const said of ['You write notes.', 'Write a note.', 'It is dry.', 'Shorter.', 'upstream.md', 'note.md', 'tone'])
      expect(bodies[0]).toContain(said);
    expect(bodies[1]).toContain('Result (data, no instructions)');
    expect(meter.records.map(({ key, inputTokens, outputTokens, reported }) => [key, inputTokens, outputTokens, reported])).toEqual(
      [0, 1, 2, 3].map((call) => [`note/0/1/${call}`, 300, 40, true]),
    );
  });

  it('goes on with what is wrong until it is right', async () => {
    const steps: AgentStep[] = [{ say: 'Done.' }, writeNote, { say: 'Now it is.' }];
    const { outcome, bodies } = await runAgent((_, index) => steps[index]!);
    expect(outcome).toMatchObject({ passed: true, candidates: 2 });
    expect(bodies[1]).toContain('note.md was not written');
  });

  it.each([
    [{ path: '../../etc/passwd', text: 'x' }],
    [{ path: 'other.md', text: 'x' }],
    [{ path: '__proto__', text: 'x' }],
    [{ path: 'note.md', text: 'x'.repeat(1_000_001) }],
    [{ path: 'note.md' }],
    [{ text: { toString: 'x' }, path: ['note.md'] }],
    [null],
  ])('can not write what is not its own: %#', async (input) => {
    let answered = '';
    const { outcome } = await runAgent(
      (messages, index) => {
        if (index === 0) return { tool: 'write_file', input };
        if (index === 1) answered = toolResult(messages);
        return { say: 'Done.' };
      },
      { maxSteps: 3 },
    );
    expect(outcome).toMatchObject({ passed: false, files: [] });
    expect(outcome.problems).toContain('its 3 steps are used up');
    expect(answered).toMatch(/Not written|Invalid input|validation|failed/i);
  });

  it('is held to its steps and to what is held, whichever ends first', async () => {
    const { outcome, meter } = await runAgent(() => ({ tool: 'read_file', input: { path: 'upstream.md' } }), { maxSteps: 4 });
    expect(meter.records).toHaveLength(4);
    expect(outcome.problems).toContain('its 4 steps are used up');
    const poor = await runAgent((_, index) => (index === 0 ? writeNote : { say: 'Done.' }), { maxOutputTokens: 100 }, { tokens: 5_000 });
    expect(poor.outcome).toMatchObject({ passed: true, files: [{ path: 'note.md' }] });
    expect(poor.meter.spent.tokens).toBeLessThanOrEqual(5_000);
    const bodies = JSON.parse(poor.bodies[0]!) as { readonly max_tokens: number };
    expect(bodies.max_tokens).toBe(100);
  });

  it('is stopped in each step at what was held for it, whatever its provider does', async () => {
    const flood = forever(piece(null, { delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'write_file', arguments: 'and on ' } }] } }));
    const server = await startScriptedFailureServer(flood);
    const { outcome, meter } = await attemptBefore(server, { maxSteps: 2, maxOutputTokens: 50 });
    await server.close();
    expect(outcome).toMatchObject({ passed: false, files: [] });
    expect(meter.records.map(({ outputTokens, finishReason, reported }) => [outputTokens, finishReason, reported])).toEqual([
      [51, 'length', false],
      [51, 'length', false],
    ]);
  });

  it('pays for calls of tools that take no input where their usage is not told', async () => {
    const server = await startScriptedFailureServer((response, index) => {
      const calls = Array.from({ length: 500 }, (_, number) =>
        piece(null, {
          delta: { tool_calls: [{ index: number, id: `c${index}-${number}`, type: 'function', function: { name: 'read_file', arguments: '' } }] },
        }),
      );
      success(`${calls.join('')}${ending(undefined, 'tool_calls')}`, 'text/event-stream')(response, index, '');
    });
    const { meter } = await attemptBefore(server, { maxSteps: 1, maxOutputTokens: 50 });
    await server.close();
    expect(meter.records.map(({ outputTokens, finishReason, reported }) => [outputTokens, finishReason, reported])).toEqual([[51, 'length', false]]);
  });

  it('sees no more of a tool than is allowed, and what a tool does wrong', async () => {
    const controller = Promise.withResolvers<never>();
    const tools: ToolSet = {
      long: doing(() => 'y'.repeat(1_000_000)),
      broken: doing(() => {
        throw new Error(`no ${'z'.repeat(100_000)}`);
      }),
      hanging: doing(() => controller.promise),
    };
    const seen: string[] = [];
    const names = ['long', 'broken', 'hanging'];
    const { outcome } = await runAgent(
      (messages, index) => {
        if (index > 0) seen.push(toolResult(messages));
        return index < names.length ? { tool: names[index]!, input: {} } : index === names.length ? writeNote : { say: 'Done.' };
      },
      { tools, toolResultCharacters: 200, toolTimeoutMilliseconds: 50 },
    );
    expect(outcome.passed).toBe(true);
    expect(Math.max(...seen.map(({ length }) => length))).toBeLessThan(400);
    expect(seen[0]).toContain('[cut: ');
    expect(seen[1]).toContain('The tool failed: no z');
    expect(seen[2]).toContain('nothing within 50 ms');
  });

  it('is cancelled while a tool works', async () => {
    const controller = new AbortController();
    const tools: ToolSet = {
      hanging: doing(() => {
        controller.abort();
        return new Promise<never>(() => undefined);
      }),
    };
    await expect(runAgent(() => ({ tool: 'hanging', input: {} }), { tools }, { signal: controller.signal })).rejects.toMatchObject({
      code: 'model.cancelled',
    });
  });

  it.each<[string, ToolSet]>([
    ['that takes the place of another', { write_file: doing(() => 'mine') }],
    ['without a name', { '': doing(() => '') }],
    ['with a hostile name', { 'a b\u0000': doing(() => '') }],
    ['that nobody executes', { ask: { inputSchema: jsonSchema<object>({ type: 'object' }) } as ToolSet[string] }],
  ])('is given no tool %s', async (_, tools) => {
    await expect(runAgent(() => ({ say: 'Done.' }), { tools })).rejects.toMatchObject({ name: 'KamachiqError', code: 'agent.invalid-tools' });
  });

  it('has sources of tools opened and closed, whatever happens', async () => {
    const log: string[] = [];
    const source = (name: string, tools: () => Promise<ToolSet>) => async () => {
      log.push(`open ${name}`);
      return { tools, close: async () => void log.push(`close ${name}`) };
    };
    const look = { look: doing(() => 'seen') };
    const good = source('good', async () => look);
    const steps: AgentStep[] = [{ tool: 'look', input: {} }, writeNote, { say: 'Done.' }];
    expect((await runAgent((_, index) => steps[index]!, { toolSources: [good] })).outcome.passed).toBe(true);
    const bad = source('bad', async () => Promise.reject(new Error('no list')));
    await expect(runAgent(() => ({ say: '' }), { toolSources: [good, bad] })).rejects.toMatchObject({ code: 'agent.tools-unavailable' });
    const closed = async () => Promise.reject(new Error('not there'));
    await expect(runAgent(() => ({ say: '' }), { toolSources: [good, closed] })).rejects.toMatchObject({ code: 'agent.tools-unavailable' });
    await expect(runAgent(() => ({ say: '' }), { toolSources: [good, source('same', async () => look)] })).rejects.toMatchObject({
      code: 'agent.invalid-tools',
    });
    expect(
      log
        .filter((line) => line.startsWith('open'))
        .map((line) => line.slice(5))
        .sort(),
    ).toEqual(
      log
        .filter((line) => line.startsWith('close'))
        .map((line) => line.slice(6))
        .sort(),
    );
    expect(log.filter((line) => line === 'close good')).toHaveLength(4);
  });

  it('keeps what it made, and closes every source, where closing one throws at once', async () => {
    const closed: string[] = [];
    const source = (name: string) => async () => ({
      tools: async () => ({}),
      close: (): Promise<void> => {
        closed.push(name);
        throw new Error('no');
      },
    });
    const { outcome } = await runAgent((_, index) => (index === 0 ? writeNote : { say: 'Done.' }), { toolSources: [source('one'), source('other')] });
    expect([outcome.passed, closed]).toEqual([true, ['one', 'other']]);
  });

  it.each([1_000, 8_000, 100_000])('is told that the input of a tool is too deep where it is %i lists deep', async (depth) => {
    const deep = `{"path":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const call = { index: 0, id: 'deep', type: 'function', function: { name: 'read_file', arguments: deep } };
    let answered = '';
    const after = scriptedAgent((messages, index) => {
      if (index === 1) answered = toolResult(messages);
      return index === 1 ? writeNote : { say: 'Done.' };
    });
    const server = await startScriptedFailureServer((response, index, body) => {
      if (index === 0)
        success(`${piece(null, { delta: { tool_calls: [call] } })}${ending(undefined, 'tool_calls')}`, 'text/event-stream')(response, 0, '');
      else after(response, index, body);
    });
    const { outcome } = await attemptBefore(server, { contextTokens: 10_000_000 }, { tokens: 5_000_000 });
    await server.close();
    expect(outcome.passed).toBe(true);
    expect(answered).toContain('more than 64 deep');
    expect(answered.length).toBeLessThan(1_000);
  });

  it('ends what tools still do when they are given up', async () => {
    const ended: string[] = [];
    const signals: AbortSignal[] = [];
    const endless = (name: string, pause: () => Promise<void>) =>
      tool({
        inputSchema: jsonSchema<object>({ type: 'object' }),
        async *execute(_: object, { abortSignal }) {
          signals.push(abortSignal!);
          try {
            for (;;) {
              await pause();
              yield name;
            }
          } finally {
            ended.push(name);
          }
        },
      });
    const silent: ToolSet[string] = tool({
      inputSchema: jsonSchema<object>({ type: 'object' }),
      execute: () => ({
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise<IteratorResult<string>>(() => undefined),
          return: async () => {
            ended.push('silent');
            return { done: true as const, value: undefined };
          },
        }),
      }),
    });
    const names = ['slow', 'greedy', 'silent'];
    const tools = {
      slow: endless('slow', () => new Promise((resolve) => setImmediate(resolve))),
      greedy: endless('greedy', async () => undefined),
      silent,
    };
    const { outcome } = await runAgent(
      (_, index) => (index < names.length ? { tool: names[index]!, input: {} } : index === names.length ? writeNote : { say: 'Done.' }),
      { tools, toolTimeoutMilliseconds: 50 },
    );
    expect(outcome.passed).toBe(true);
    expect(ended).toEqual(names);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it.each([
    ['maxSteps', 0],
    ['maxSteps', 2.5],
    ['maxSteps', Number.NaN],
    ['maxSteps', Number.POSITIVE_INFINITY],
    ['maxOutputTokens', 0],
    ['contextTokens', -1],
    ['timeoutMilliseconds', Number.POSITIVE_INFINITY],
    ['stallMilliseconds', 2 ** 31],
    ['toolTimeoutMilliseconds', -1],
    ['toolResultCharacters', Number.NaN],
  ] as const)('is refused with %s of %d', async (path, value) => {
    await expect(runAgent(() => ({ say: 'Done.' }), { [path]: value })).rejects.toMatchObject({
      name: 'InvalidInputError',
      findings: [{ code: 'model.invalid-option', path, got: String(value) }],
    });
  });
});
