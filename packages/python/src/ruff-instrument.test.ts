import { Criterion, type SourceFile } from 'kamachiq';
import { describeQualityInstrument } from 'kamachiq/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { ruffInstrument } from './ruff-instrument.js';

const instrument = ruffInstrument();
// Nothing runs: the request's sandbox is never touched, and its absence would show.
const measure = (...files: readonly SourceFile[]) =>
  instrument.doMeasure({ task: null, writes: [], files, checks: [], sandbox: null as never, signal: new AbortController().signal });
const python = (text: string, path = 'a.py'): SourceFile => ({ path, text });

describeQualityInstrument(
  { describe, it, afterAll },
  {
    createInstrument: ruffInstrument,
    better: { files: [python('value = 1\nother = 2\n'), python('import os\n\nos.getcwd()\n', 'b.py')] },
    worse: { files: [python('value = 1\nother = 2\n'), python('import os\n\nos.getcwd( )\n', 'b.py'), python('def f(:\n', 'c.py')] },
  },
);

describe('ruffInstrument', () => {
  it('names itself and its criterion', () => {
    expect(instrument.id).toMatch(/^ruff\/\d+\.\d+\.\d+$/);
    expect(instrument.criterion).toBe(Criterion.STYLE);
  });

  it('takes a violation for each line of code, twice for names that are unused or undefined', async () => {
    const text = '"""A module."""\n\nimport os\n\n# A remark.\nvalue = 1 \nother = 2\nmore = 3\n';
    expect(await measure(python(text))).toEqual({
      score: 1 - 3 / 5,
      evidence: [
        '2 findings in 5 lines of code of 1 files',
        expect.stringMatching(/^a\.py:3 F401 `os` imported but unused/),
        'a.py:6 W291 Trailing whitespace',
      ],
    });
  });

  it.each([
    ['at its head', '# ruff: noqa\nimport os\n'],
    ['at its head, spelled otherwise', '#RUFF :  NoQA:F401\nimport os\n'],
    ['at its head, for another linter', '# flake8: noqa\nimport os\n'],
    ['in a range', '# ruff: disable[F401]\nimport os\n# ruff: enable[F401]\n'],
    ['for the whole file', '# ruff: file-ignore[F401]\nimport os\n'],
    ['for the next line', '# ruff: ignore[F401]\nimport os\n'],
    ['on its line', 'import os  # noqa\n'],
    ['on its line, by rule', 'import os  # NOQA:F401\n'],
  ])('hears no excuse that the code makes for itself %s', async (_place, text) => {
    expect((await measure(python(text)))!.evidence[1]).toMatch(/F401 `os` imported but unused/);
  });

  it('reads the Python that the sandbox runs', async () => {
    const text = 'def f(given):\n    match given:\n        case {"a": int() as a}:\n            return f"{given["a"]}{a}"\n    return t"{given}"\n';
    expect(await measure(python(text))).toMatchObject({ score: 1 });
  });

  it('weighs files by their lines', async () => {
    const clean = python(`${'value = 1\n'.repeat(9)}`);
    expect(await measure(clean, python('import os\n', 'b.py'))).toMatchObject({ score: 0.9 });
  });

  it('gives nothing for what does not parse', async () => {
    expect(await measure(python('def f(:\n    return 1\n'))).toMatchObject({
      score: 0,
      evidence: [expect.anything(), expect.stringMatching(/^a\.py:1 invalid-syntax/), expect.anything()],
    });
  });

  it('survives code made to break parsers, and still measures afterwards', async () => {
    const hostile = [
      `x = ${'('.repeat(20_000)}1${')'.repeat(20_000)}\n`,
      `x = ${'-'.repeat(9_000)}1\n`,
      `x = a${'+b'.repeat(20_000)}\n`,
      `x = a${'.b'.repeat(20_000)}\n`,
      '\0'.repeat(100),
      '\ud800',
    ];
    for (const text of hostile) {
      expect((await measure(python(text)))!.score).toBe(0);
      expect(await measure(python('value = 1\n'))).toMatchObject({ score: 1 });
    }
    expect((await measure(python('x = 1\n'.repeat(40_000))))!.evidence[1]).toBe('a.py: longer than 200000 characters');
  });

  it('is not worn down by overflow after overflow', async () => {
    const scores: (number | undefined)[] = [];
    for (let round = 0; round < 30; round += 1) {
      await measure(python(`x = a${'+b'.repeat(20_000)}\n`));
      scores.push((await measure(python('value = 1\n')))?.score);
    }
    expect(new Set(scores)).toEqual(new Set([1]));
  });

  it('says nothing where there is no Python', async () => {
    expect(await measure({ path: 'README.md', text: 'import os' })).toBeNull();
  });
});
