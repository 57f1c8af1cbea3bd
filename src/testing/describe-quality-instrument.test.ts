import { afterAll, describe, expect, it } from 'vitest';
import type { Measurement, MeasurementRequest, QualityInstrument } from '../ports/quality-instrument.js';
import type { SourceFile } from '../ports/source-file.js';
import { describeQualityInstrument, type QualityInstrumentContract } from './describe-quality-instrument.js';
import { failuresOf } from './fixtures/failures-of.js';

const ORDERLY = { path: 'orderly.txt', text: 'Said once.\n' };
const better = { files: [ORDERLY, { path: 'a.txt', text: 'Said twice.\nSaid twice.\n' }] };
const worse = { files: [ORDERLY, { path: 'a.txt', text: 'Said thrice.\nSaid thrice.\nSaid thrice.\n' }] };

/** The share of lines that are said for the first time. */
function freshness({ files }: MeasurementRequest): Measurement | null {
  if (files.length === 0) return null;
  const lines = files.flatMap(({ text }) => text.split('\n').filter((line) => line !== ''));
  const repeated = lines.length - new Set(lines).size;
  return { score: lines.length === 0 ? 1 : 1 - repeated / lines.length, evidence: [`${repeated} of ${lines.length} lines are repeated`] };
}

const instrument = (doMeasure: (request: MeasurementRequest) => Measurement | null | Promise<Measurement | null>): QualityInstrument => ({
  specificationVersion: 1,
  id: 'freshness/1',
  criterion: 'style',
  doMeasure: async (request) => doMeasure(request),
});

describeQualityInstrument({ describe, it, afterAll }, { createInstrument: () => instrument(freshness), better, worse });

const failures = (createInstrument: QualityInstrumentContract['createInstrument']) =>
  failuresOf((runner) => describeQualityInstrument(runner, { createInstrument, better, worse }));

/** Freshness, and something else besides. */
const altered = (alter: (measured: Measurement, request: MeasurementRequest) => Measurement | null) =>
  instrument((request) => {
    const measured = freshness(request);
    return measured === null ? null : alter(measured, request);
  });

const SCORES = 'scores from 0 to 1, less for the worse work, and says in lines of evidence why';
const ALIKE = 'measures the same work alike, whatever it measured before, and with its files in another order';

describe('describeQualityInstrument', () => {
  it.each<[string, QualityInstrument]>([
    ['has a name of two words', { ...instrument(freshness), id: 'fresh ness' }],
    ['measures what the rubric doesn’t weigh', { ...instrument(freshness), criterion: 'wit' as never }],
  ])('fails an instrument that %s', async (_, faulty) => {
    expect(await failures(() => faulty)).toEqual(['names itself and its criterion']);
  });

  it.each<[string, (measured: Measurement) => Measurement | null]>([
    ['scores beyond 1', (measured) => ({ ...measured, score: measured.score * 2 })],
    ['scores nothing that is a number', (measured) => ({ ...measured, score: Number.NaN })],
    ['says nothing for it', (measured) => ({ ...measured, evidence: [] })],
    ['says two lines in one', (measured) => ({ ...measured, evidence: ['two\nlines'] })],
    ['likes everything', (measured) => ({ ...measured, score: 1 })],
    ['measures nothing', () => null],
  ])('fails an instrument that %s', async (_, alter) => {
    expect(await failures(() => altered(alter))).toContain(SCORES);
  });

  it('fails an instrument that likes less the more it has measured', async () => {
    const createInstrument = () => {
      let measured = 0;
      return altered(({ score, evidence }) => {
        measured += 1;
        return { score: score / measured, evidence };
      });
    };
    expect(await failures(createInstrument)).toEqual(expect.arrayContaining([ALIKE, 'measures several at once, each as it does alone']));
  });

  it('fails an instrument that looks at the last file only', async () => {
    const hasty = instrument(({ files, ...request }) => freshness({ ...request, files: files.slice(-1) }));
    expect(await failures(() => hasty)).toEqual([ALIKE]);
  });

  it('fails an instrument that confuses what it measures at once', async () => {
    const createInstrument = () => {
      let latest: MeasurementRequest;
      return instrument(async (request) => {
        latest = request;
        await Promise.resolve();
        return freshness(latest);
      });
    };
    expect(await failures(createInstrument)).toEqual(['measures several at once, each as it does alone']);
  });

  it('fails an instrument that sorts the files it was given', async () => {
    const byPath = (one: SourceFile, other: SourceFile) => one.path.localeCompare(other.path);
    const sorting = instrument((request) => freshness({ ...request, files: (request.files as SourceFile[]).sort(byPath) }));
    expect(await failures(() => sorting)).toEqual(['leaves what it measures as it was']);
  });

  it('fails an instrument that finds nothing at all perfect', async () => {
    const pleased = instrument((request) => freshness(request) ?? { score: 1, evidence: [] });
    expect(await failures(() => pleased)).toEqual(['says nothing where there is nothing to measure']);
  });

  it('fails an instrument that asks a sandbox it wasn’t given', async () => {
    const asking = instrument(async (request) => {
      await request.sandbox.doRun({ language: 'text', files: [], invocations: [], limits: {} as never }, request.signal);
      return freshness(request);
    });
    expect(await failures(() => asking)).toContain(SCORES);
  });

  it('fails an instrument that throws at half a character', async () => {
    const strict = altered((measured, { files }) => {
      for (const { text } of files) encodeURIComponent(text);
      return measured;
    });
    expect(await failures(() => strict)).toEqual(['is not broken by a lone surrogate', 'is not broken by all of that']);
  });

  it('fails an instrument that shows paths as they are', async () => {
    const showing = altered((measured, { files }) => ({ ...measured, evidence: files.map(({ path }) => path) }));
    expect(await failures(() => showing)).toEqual(['is not broken by paths of several lines', 'is not broken by all of that']);
  });

  it('fails an instrument that a hostile file has worn out', async () => {
    let isBroken = false;
    const worn = altered((measured, { files }) => {
      isBroken ||= files.some(({ text }) => text.length > 100_000);
      return isBroken ? { score: 0, evidence: ['worn out'] } : measured;
    });
    expect(await failures(() => worn)).toContain('is not broken by a megabyte on one line');
  });
});
