import { readFileSync } from 'node:fs';
import { ApplicationFailure } from '@temporalio/common';
import { FREE_OF_CHARGE, KamachiqError, ModelCallError, type ModelCallErrorCode } from 'kamachiq';
import { describe, expect, it } from 'vitest';
import { activityFailure } from '../../src/worker/activity-failure.js';

const page = readFileSync(new URL('../../docs/failures.md', import.meta.url), 'utf8');
const errors = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const table = /<!-- every failure -->\n(.*?)\n<!-- end -->/s.exec(page)![1]!;
const rows = table
  .split('\n')
  .slice(2)
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, , code, charged, again]) => ({ code: code!.slice(1, -1), charged, again }));

/** Every code of the type: a new one keeps this from compiling until it is here, and the test from passing until it is in the table. */
const MODEL_CODES = Object.keys({
  'model.rate-limited': true,
  'model.overloaded': true,
  'model.timeout': true,
  'model.context-too-long': true,
  'model.refused': true,
  'model.unauthorized': true,
  'model.invalid-request': true,
  'model.unavailable': true,
  'model.interrupted': true,
  'model.garbled': true,
  'model.cancelled': true,
} satisfies Record<ModelCallErrorCode, true>) as readonly ModelCallErrorCode[];

const never = new AbortController().signal;
const details = { code: 'x.y', message: 'm', remedy: 'r' };
const isModelCode = (code: string): code is ModelCallErrorCode => MODEL_CODES.some((known) => known === code);
const errorOf = (code: string) => {
  if (code === 'unexpected') return new Error('not ours');
  return isModelCode(code) ? new ModelCallError({ ...details, code }) : new KamachiqError({ ...details, code });
};

describe('docs/failures.md', () => {
  it('has a row for every code with which an attempt can end, and no other', () => {
    const documented = [...errors.matchAll(/^## ((?:sandbox|artifact|agent|journal)\.\S+)$/gm)].map(([, code]) => code!);
    expect(rows.map(({ code }) => code).sort()).toEqual([...MODEL_CODES, 'budget.exceeded', ...documented, 'worker-stopped', 'unexpected'].sort());
  });

  it.each(MODEL_CODES)('says what %s costs', (code) => {
    expect(rows.find((row) => row.code === code)?.charged).toBe(FREE_OF_CHARGE.has(code) ? 'nothing' : 'the worst');
  });

  it.each(rows.filter(({ code }) => code !== 'worker-stopped'))('says whether $code is tried again', ({ code, again }) => {
    const failure = activityFailure(errorOf(code), { tokensSpent: 0, record: null }, never) as ApplicationFailure;
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure.type).toBe(`kamachiq.${code}`);
    // The workflow goes on with less, though the same would not pass.
    const refused = code === 'model.context-too-long' ? 'shorter' : 'no';
    expect(again).toBe(failure.nonRetryable === true ? refused : 'yes');
  });
});
