import assert from 'node:assert/strict';
import { SandboxError } from '../errors/sandbox-error.js';
import type { Measurement, MeasurementRequest, QualityInstrument } from '../ports/quality-instrument.js';
import type { Sandbox } from '../ports/sandbox.js';
import { Criterion } from '../quality/quality-rubric.js';
import { assertLine } from './assert-line.js';
import type { ContractRunner } from './contract-runner.js';
import { deepFreeze } from './deep-freeze.js';
import { hostileFiles } from './hostile-files.js';
import { openOnce } from './open-once.js';

/** What an instrument is given to measure; what is absent is empty. @public */
export type MeasuredWork = Partial<Pick<MeasurementRequest, 'task' | 'writes' | 'files' | 'checks'>>;

/** What the contract of an instrument is tried with. @public */
export interface QualityInstrumentContract {
  /** Makes an instrument. Called once for each test. */
  createInstrument(): QualityInstrument | Promise<QualityInstrument>;
  /** Makes the sandbox of every request. Called once. @defaultValue one that refuses to run anything, with `sandbox.unavailable` */
  createSandbox?(): Promise<Sandbox>;
  /** Work that it can measure. */
  readonly better: MeasuredWork;
  /** Work in which it finds less to like, and says what. */
  readonly worse: MeasuredWork;
}

/**
 * The contract of {@link QualityInstrument} as a suite: scores that the rubric can weigh, with evidence that can be shown; the same for the same work,
 * whatever was measured before; nothing where there is nothing to say; and no file that breaks it.
 *
 * @param runner - `describe`, `it` and `afterAll` of whatever runs the tests.
 *
 * @public
 */
export function describeQualityInstrument({ describe, it, afterAll }: ContractRunner, contract: QualityInstrumentContract): void {
  describe('a quality instrument', () => {
    const { better, worse } = contract;
    const openSandbox = openOnce({ afterAll }, contract.createSandbox ?? (async () => refusingSandbox));
    const requestOf = async (work: MeasuredWork): Promise<MeasurementRequest> => ({
      ...NOTHING,
      ...work,
      sandbox: await openSandbox(),
      signal: new AbortController().signal,
    });
    const measure = async (instrument: QualityInstrument, work: MeasuredWork): Promise<Measurement | null> => {
      const measured = await instrument.doMeasure(await requestOf(structuredClone(work)));
      if (measured !== null) assertLawful(measured);
      return measured;
    };
    const score = async (instrument: QualityInstrument, work: MeasuredWork): Promise<number> => {
      const measured = await measure(instrument, work);
      assert.ok(measured !== null, 'Expected a measurement of work that can be measured, got null.');
      return measured.score;
    };

    it('names itself and its criterion', async () => {
      const { specificationVersion, id, criterion } = await contract.createInstrument();
      assert.equal(specificationVersion, 1);
      assert.match(id, /^\S+$/);
      assert.ok(Object.values(Criterion).includes(criterion), `Expected one of ${Object.values(Criterion).join(', ')}, got ${criterion}.`);
    });

    it('scores from 0 to 1, less for the worse work, and says in lines of evidence why', async () => {
      const instrument = await contract.createInstrument();
      const [more, less] = [await score(instrument, better), await score(instrument, worse)];
      assert.ok(less < more, `Expected less for the worse work, got ${less} and ${more}.`);
    });

    it('measures the same work alike, whatever it measured before, and with its files in another order', async () => {
      const instrument = await contract.createInstrument();
      for (const work of [better, worse]) {
        const first = await measure(instrument, work);
        await measure(instrument, work === better ? worse : better);
        assert.deepEqual(await measure(instrument, work), first);
        const turned = { ...work, files: [...(work.files ?? [])].reverse() };
        // Where scores are added up, another order may change the last digit.
        assert.ok(Math.abs((await score(instrument, turned)) - first!.score) < 1e-9);
      }
    });

    it('measures several at once, each as it does alone', async () => {
      const instrument = await contract.createInstrument();
      const alone = [await measure(instrument, better), await measure(instrument, worse)];
      const together = await Promise.all([better, worse, better, worse].map((work) => measure(instrument, work)));
      assert.deepEqual(together, [...alone, ...alone]);
    });

    it('leaves what it measures as it was', async () => {
      const instrument = await contract.createInstrument();
      for (const work of [better, worse]) await instrument.doMeasure(await requestOf(deepFreeze(structuredClone(work))));
    });

    it('says nothing where there is nothing to measure', async () => {
      assert.equal(await measure(await contract.createInstrument(), {}), null);
    });

    let unbroken: Promise<Measurement | null> | null = null;
    for (const [name, files] of hostileFiles(extensionsOf(better))) {
      it(`is not broken by ${name}`, async () => {
        const instrument = await contract.createInstrument();
        unbroken ??= measure(instrument, better);
        const before = await unbroken;
        const writes = files.map(({ path }) => path);
        await measure(instrument, { ...better, writes, files });
        await measure(instrument, { ...better, writes, files: [] });
        assert.deepEqual(await measure(instrument, better), before);
      });
    }
  });
}

const NOTHING: Required<MeasuredWork> = { task: null, writes: [], files: [], checks: [] };

const refusingSandbox: Sandbox = {
  specificationVersion: 1,
  id: 'refusing/1',
  languages: [],
  doRun: async () => {
    throw new SandboxError({
      code: 'sandbox.unavailable',
      message: 'Expected an instrument that runs nothing, got one that asks the sandbox.',
      remedy: 'Give the contract a sandbox: `createSandbox`.',
    });
  },
};

/** Extensions of the files, each once; an empty one where there are no files. */
const extensionsOf = ({ files = [] }: MeasuredWork): readonly string[] => [
  ...new Set(files.length === 0 ? [''] : files.map(({ path }) => /\.[^./]*$/.exec(path)?.[0] ?? '')),
];

function assertLawful({ score, evidence }: Measurement): void {
  assert.ok(score >= 0 && score <= 1, `Expected a score from 0 to 1, got ${score}.`);
  assert.ok(score === 1 || evidence.length > 0, `Expected evidence for a score of ${score}, got none.`);
  for (const line of evidence) assertLine(line);
}
