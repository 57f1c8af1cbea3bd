import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KamachiqError } from '../errors/kamachiq-error.js';
import { ModelCallError } from '../errors/model-call-error.js';
import type { ModelUsage } from '../ports/language-model.js';
import type { ModelCallRecord } from '../report/project-report.js';
import { FilesystemCallJournal } from '../worker/filesystem-call-journal.js';
import { CallMeter, type CallOutcome, FREE_OF_CHARGE, type MeteredCall } from './call-meter.js';

const signal = new AbortController().signal;
const asked = (inputTokens: number, maxOutputTokens: number, rest: Partial<MeteredCall> = {}): MeteredCall => ({
  model: 'a/model',
  inputTokens,
  maxOutputTokens,
  contextTokens: 8_192,
  promptSha256: 'c'.repeat(64),
  ...rest,
});
const meterOf = (tokens: number, microDollars: number | null = null) => new CallMeter({ limit: { tokens, microDollars }, keyPrefix: 'task/0/1' });
const said = (inputTokens: number, outputTokens: number): CallOutcome => ({
  usage: { inputTokens, outputTokens, reported: true },
  finishReason: 'stop',
});
const sum = (records: readonly ModelCallRecord[]) =>
  records.reduce(
    (total, { inputTokens, outputTokens, microDollars = 0 }) => ({
      tokens: total.tokens + inputTokens + outputTokens,
      microDollars: total.microDollars + microDollars,
    }),
    { tokens: 0, microDollars: 0 },
  );

describe('calls that were made around the meter', () => {
  const told = {
    key: 'x',
    model: 'own/model',
    seed: 1,
    temperature: 0,
    promptSha256: '',
    inputTokens: 30,
    outputTokens: 12,
    reported: true,
    finishReason: 'stop',
  };

  it('are charged as they are told, also beyond what was given', () => {
    const meter = meterOf(50, 100);
    meter.chargeUnmetered('agent/1', [told, { ...told, microDollars: 7, model: '' }]);
    expect(meter.spent).toEqual({ tokens: 84, microDollars: 7 });
    expect(meter.records.map(({ key, model }) => [key, model])).toEqual([
      ['task/0/1/0', 'own/model'],
      ['task/0/1/1', 'agent/1'],
    ]);
    expect(meter.available).toEqual({ tokens: 0, microDollars: 93 });
  });

  it.each([
    ['nothing is told', undefined],
    ['what is told can’t be', [told, { ...told, inputTokens: -1 }]],
    ['no list is told', 7 as unknown as ModelCallRecord[]],
    ['something else is told', [null] as unknown as ModelCallRecord[]],
    ['a price is told that can’t be', [{ ...told, microDollars: Number.NaN }]],
  ])('are charged with all that is left where %s', (_, calls) => {
    const meter = meterOf(50, 100);
    meter.chargeUnmetered('agent/1', calls);
    expect(meter.spent).toEqual({ tokens: 50, microDollars: 100 });
    expect(meter.records).toMatchObject([{ model: 'agent/1', reported: false, finishReason: 'unmetered' }]);
  });

  it.each(['model', 'finishReason', 'promptSha256', 'seed', 'temperature'])(
    'are charged, and can be written down, whatever they give as %s',
    (field) => {
      for (const value of UNWRITABLE) {
        const meter = meterOf(500);
        meter.chargeUnmetered('agent/1', [told, { ...told, [field]: value, inputTokens: 100 } as unknown as ModelCallRecord]);
        expect(meter.spent.tokens).toBe(154);
        expect(JSON.parse(JSON.stringify(meter.records)).at(-1)[field]).toEqual(FIELDS_OF_NONE[field]);
      }
    },
  );
});

/** What is no text and no number, and can't be made one. */
const UNWRITABLE: readonly unknown[] = [JSON.parse('{"toString":1,"valueOf":1}'), Symbol('stop'), 1n, () => 'stop', [Object.create(null)], null];

const FIELDS_OF_NONE: Readonly<Record<string, unknown>> = { model: 'agent/1', finishReason: 'unknown', promptSha256: '', seed: null, temperature: 0 };

/** How a call goes: an answer of a share of what it may use, a failure, or a usage that can't be. */
const ending = fc.oneof(
  fc.record({ kind: fc.constant('answer' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({
    kind: fc.constant('failure' as const),
    code: fc.constantFrom('model.rate-limited', 'model.unavailable', 'model.timeout', 'model.overloaded', 'model.refused', 'model.cancelled'),
  }),
  fc.record({ kind: fc.constant('throw' as const) }),
  fc.record({ kind: fc.constant('nonsense' as const), usage: fc.constantFrom(Number.NaN, -5, 1.5, 1e300, Number.POSITIVE_INFINITY) }),
);
const price = fc.option(
  fc.record({
    inputDollarsPerMillionTokens: fc.constantFrom(0, 0.15, 1, 2.5, 0.075, 15),
    outputDollarsPerMillionTokens: fc.constantFrom(0, 0.6, 1, 10, 0.3, 75),
  }),
  { nil: undefined },
);
const plannedCall = fc.record({
  inputTokens: fc.nat({ max: 300 }),
  maxOutputTokens: fc.integer({ min: 1, max: 200 }),
  smallestAnswer: fc.integer({ min: 1, max: 20 }),
  price,
  ending,
});

describe('CallMeter', () => {
  it('never spends more than it was given, side by side or one after the other, and its records are what it spent', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 1_500 }),
        fc.option(fc.nat({ max: 3_000 }), { nil: null }),
        fc.array(plannedCall, { maxLength: 14 }),
        fc.integer({ min: 1, max: 4 }),
        async (tokens, microDollars, calls, atOnce) => {
          const meter = meterOf(tokens, microDollars);
          const holds = () => {
            const { spent, held, available } = meter;
            expect(spent.tokens + held.tokens + available.tokens).toBe(tokens);
            if (microDollars !== null) expect(spent.microDollars + held.microDollars + available.microDollars!).toBe(microDollars);
            expect(available.tokens).toBeGreaterThanOrEqual(0);
          };
          const make = async ({ ending: end, price: paid, ...call }: (typeof calls)[number]) => {
            const request = asked(call.inputTokens, call.maxOutputTokens, {
              smallestAnswer: call.smallestAnswer,
              ...(paid === undefined ? {} : { price: paid }),
            });
            await meter
              .call(request, signal, async (maxOutputTokens) => {
                expect(maxOutputTokens).toBeLessThanOrEqual(call.maxOutputTokens);
                holds();
                await null;
                if (end.kind === 'failure') throw new ModelCallError({ code: end.code, message: '', remedy: '' });
                if (end.kind === 'throw') throw new Error('anything');
                if (end.kind === 'nonsense') return said(end.usage, 1);
                return said(call.inputTokens, Math.floor(maxOutputTokens * end.share));
              })
              .catch((error: unknown) => expect(error).toBeInstanceOf(Error));
            holds();
          };
          for (let first = 0; first < calls.length; first += atOnce) await Promise.all(calls.slice(first, first + atOnce).map(make));
          expect(meter.held).toEqual({ tokens: 0, microDollars: 0 });
          expect(sum(meter.records)).toEqual(meter.spent);
          expect(new Set(meter.records.map(({ key }) => key)).size).toBe(meter.records.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('shrinks an answer to what the dollars that are left pay for, and makes no call that they don’t', async () => {
    const meter = meterOf(10_000, 100);
    const cheap = { price: { inputDollarsPerMillionTokens: 1, outputDollarsPerMillionTokens: 2 } };
    const limits: number[] = [];
    const call = (inputTokens: number) =>
      meter.call(asked(inputTokens, 500, { ...cheap, smallestAnswer: 16 }), signal, async (maxOutputTokens) => {
        limits.push(maxOutputTokens);
        return said(inputTokens, 10);
      });
    await call(40);
    expect(limits).toEqual([30]);
    expect(meter.records).toMatchObject([{ microDollars: 60, outputTokens: 10 }]);
    await expect(call(9)).rejects.toMatchObject({ code: 'budget.exceeded', context: { needed: 41, available: 40, unit: 'millionths of a dollar' } });
    expect(limits).toHaveLength(1);
    // What costs nothing needs no dollars.
    await meter.call(asked(9, 500), signal, async () => said(9, 400));
    expect(meter.spent).toEqual({ tokens: 459, microDollars: 60 });
  });

  it('settles what is charged above a hold as it is charged, and says by how much', async () => {
    const meter = meterOf(1_000);
    await meter.call(asked(100, 50), signal, async () => said(130, 90));
    expect(meter.spent.tokens).toBe(220);
    expect(meter.records).toMatchObject([{ inputTokens: 130, outputTokens: 90, reported: true, beyondHold: 70 }]);
    await meter.call(asked(100, 50), signal, async () => said(100, 50));
    expect(meter.records[1]).not.toHaveProperty('beyondHold');
  });

  it.each([
    [{ inputTokens: Number.NaN, outputTokens: 1, reported: true }],
    [{ inputTokens: 1, outputTokens: -1, reported: true }],
    [{ inputTokens: 1, outputTokens: 0.5, reported: true }],
    [{ inputTokens: 1, outputTokens: 1e300, reported: true }],
    [{ inputTokens: '10', outputTokens: 1, reported: true }],
    [{ inputTokens: 1, outputTokens: 1 }],
    [{ inputTokens: 0, outputTokens: 0, reported: true }],
    [null],
    [undefined],
  ])('charges the whole hold where the usage is %o', async (usage) => {
    const meter = meterOf(1_000);
    const outcome = await meter.call(asked(100, 50), signal, async () => ({
      usage: usage as ModelUsage,
      finishReason: 'stop',
      text: 'still an answer',
    }));
    expect(outcome).toEqual({ usage: { inputTokens: 100, outputTokens: 50, reported: false }, finishReason: 'stop', text: 'still an answer' });
    expect(meter.spent.tokens).toBe(150);
    expect(meter.records).toMatchObject([{ inputTokens: 100, outputTokens: 50, reported: false }]);
  });

  it('charges a call that was made, whatever it says of its end', async () => {
    for (const finishReason of [...UNWRITABLE, undefined]) {
      const meter = meterOf(1_000);
      await meter.call(asked(100, 100), signal, async () => ({ ...said(100, 50), finishReason: finishReason as string }));
      expect([meter.spent.tokens, meter.held.tokens]).toEqual([150, 0]);
      expect(meter.records).toMatchObject([{ finishReason: 'unknown', outputTokens: 50 }]);
    }
    const meter = meterOf(1_000);
    await meter.call(asked(100, 100), signal, async () => ({ ...said(100, 50), finishReason: 's'.repeat(100_000) }));
    expect(meter.records).toMatchObject([{ finishReason: 's'.repeat(80) }]);
  });

  it('refuses counts that are none', async () => {
    const meter = meterOf(1_000);
    const never = () => Promise.reject(new Error('never'));
    for (const wrong of [Number.NaN, -1, 0.5]) {
      await expect(meter.call(asked(wrong, 10), signal, never)).rejects.toMatchObject({ code: 'budget.invalid-amount' });
      await expect(meter.call(asked(10, wrong), signal, never)).rejects.toMatchObject({ code: 'budget.invalid-amount' });
      expect(() => meterOf(wrong)).toThrow(expect.objectContaining({ code: 'budget.invalid-amount' }));
    }
    expect(meter.held.tokens).toBe(0);
  });

  it('charges nothing exactly for the codes of calls that were never worked on', async () => {
    const codes = ['model.rate-limited', 'model.unauthorized', 'model.invalid-request', 'model.context-too-long', 'model.unavailable'] as const;
    expect([...FREE_OF_CHARGE].sort()).toEqual([...codes].sort());
    const meter = meterOf(1_000);
    for (const code of codes) {
      const refused = meter.call(asked(10, 10), signal, () => Promise.reject(new ModelCallError({ code, message: '', remedy: '' })));
      await expect(refused).rejects.toMatchObject({ code });
    }
    expect(meter.spent.tokens).toBe(0);
    expect(meter.records.map(({ finishReason }) => finishReason)).toEqual(codes);
  });

  it('makes no call that may not be made', async () => {
    const ended = new KamachiqError({ code: 'agent.project-ended', message: '', remedy: '' });
    let asks = 0;
    const mayCall = async () => {
      asks += 1;
      if (asks > 1) throw ended;
    };
    const meter = new CallMeter({ limit: { tokens: 100, microDollars: null }, keyPrefix: 'task', mayCall });
    let made = 0;
    const call = () =>
      meter.call(asked(10, 10), signal, async () => {
        made += 1;
        return said(10, 1);
      });
    await call();
    await expect(call()).rejects.toBe(ended);
    expect([made, meter.spent.tokens, meter.held.tokens, meter.records.length]).toEqual([1, 11, 0, 1]);
  });
});

describe('CallMeter with a journal', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kamachiq-meter-'));
  });
  afterAll(async () => rm(folder, { recursive: true, force: true }));

  const open = (name: string) => {
    const place = join(folder, name);
    const calls = new FilesystemCallJournal(place);
    const meter = new CallMeter({ limit: { tokens: 100, microDollars: null }, keyPrefix: 'task', journal: { calls, attempt: 'run/7' } });
    return { place, calls, meter };
  };
  const written = async (place: string) => readFile(join(place, (await readdir(place))[0]!), 'utf8');

  it('writes each call down before it is made, at its worst, and closes it as it was charged', async () => {
    const { place, calls, meter } = open('order');
    await calls.doBegin('run/7');
    await meter.call(asked(10, 500), signal, async () => {
      expect(await written(place)).toContain('"key":"task/0"');
      return said(10, 20);
    });
    const failing = meter.call(asked(10, 15), signal, () => Promise.reject(new Error('broken')));
    await expect(failing).rejects.toThrow('broken');
    // One that is still under way when the attempt is lost.
    const underWay = Promise.withResolvers<void>();
    const over = Promise.withResolvers<CallOutcome>();
    const last = meter.call(asked(10, 500), signal, () => {
      underWay.resolve();
      return over.promise;
    });
    await underWay.promise;
    expect(await calls.doSeal('run/7')).toMatchObject([
      { key: 'task/0', inputTokens: 10, outputTokens: 20, reported: true, finishReason: 'stop' },
      { key: 'task/1', inputTokens: 10, outputTokens: 15, reported: false, finishReason: 'error' },
      { key: 'task/2', inputTokens: 10, outputTokens: 35, reported: false, finishReason: 'lost' },
    ]);
    over.resolve(said(10, 1));
    await last;
    expect(meter.spent.tokens).toBe(66);
  });

  it('makes no call of an attempt that was sealed, and holds nothing for it', async () => {
    const { calls, meter } = open('sealed');
    await calls.doSeal('run/7');
    await expect(meter.call(asked(10, 10), signal, () => Promise.reject(new Error('made')))).rejects.toMatchObject({ code: 'journal.sealed' });
    expect([meter.spent.tokens, meter.held.tokens, meter.records.length]).toEqual([0, 0, 0]);
  });

  it('gives the answer also where its end can’t be written down', async () => {
    const { place, meter } = open('gone');
    await meter.call(asked(10, 10), signal, async () => {
      await rm(place, { recursive: true });
      await writeFile(place, 'no folder any more');
      return said(10, 5);
    });
    expect(meter.spent.tokens).toBe(15);
    await expect(meter.call(asked(10, 10), signal, () => Promise.reject(new Error('made')))).rejects.toMatchObject({ code: 'journal.unwritable' });
  });

  it('makes no call that was cancelled while it was written down', async () => {
    const over = new AbortController();
    const { calls, meter } = open('cancelled');
    await calls.doBegin('run/7');
    const call = meter.call(asked(10, 10), over.signal, () => Promise.reject(new Error('made')));
    // It has begun, and no file is written before the next turn.
    await Promise.resolve();
    expect(meter.held.tokens).toBe(20);
    over.abort();
    await expect(call).rejects.toMatchObject({ code: 'model.cancelled' });
    expect(await calls.doSeal('run/7')).toHaveLength(1);
    expect([meter.spent.tokens, meter.held.tokens, meter.records.length]).toEqual([0, 0, 0]);
  });
});
