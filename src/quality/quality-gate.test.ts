import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MeasurementRequest } from '../ports/quality-instrument.js';
import type { CheckOutcome } from './check.js';
import { executedChecksInstrument } from './executed-checks-instrument.js';
import { passQualityGate } from './quality-gate.js';
import { Criterion, type CriterionScore, QualityRubric } from './quality-rubric.js';

const scored = (criterion: Criterion, score: number): CriterionScore => ({ criterion, score, measuredBy: 'test', evidence: ['because'] });
const all = (score: number) => Object.values(Criterion).map((criterion) => scored(criterion, score));
const gate = (criteria: readonly CriterionScore[], failing = false) =>
  passQualityGate({
    rubric: QualityRubric.DEFAULT,
    threshold: 0.8,
    criteria,
    checks: [{ id: 'c', description: 'it works', passed: !failing, seen: 'did not' }],
  });

describe('passQualityGate', () => {
  it('approves above 0.8; exactly 0.8 is not enough', () => {
    expect(gate(all(0.8)).decision).toBe('remediate');
    expect(gate(all(0.800001)).decision).toBe('approve');
    // 0.3 × 1 + 0.4 × 0.5 + 0.15 + 0.15 = 0.8 in exact arithmetic, not in floating point.
    const exactly = [scored('completeness', 1), scored('correctness', 0.5), scored('style', 1), scored('documentation', 1)];
    expect(gate(exactly)).toMatchObject({ decision: 'remediate', score: 0.8 });
  });

  it('never approves what failed a check, whatever the score', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (score) => {
        const verdict = gate(all(score), true);
        expect(verdict.decision).toBe('remediate');
        expect(verdict.failedChecks).toEqual(['c']);
        expect(verdict.feedback[0]).toBe('it works: did not');
      }),
    );
  });

  it('never approves what nobody could score', () => {
    expect(gate([])).toMatchObject({ decision: 'remediate', score: null });
  });

  it('asks a person where nobody could score what must be scored', () => {
    const criteria = [scored('completeness', 1)];
    const options = { rubric: QualityRubric.DEFAULT, threshold: 0.8, criteria, checks: [], required: Object.values(Criterion) };
    expect(passQualityGate(options)).toMatchObject({
      decision: 'ask-person',
      score: 1,
      feedback: [expect.stringContaining('correctness, style, documentation')],
    });
    expect(passQualityGate({ ...options, criteria: [scored('completeness', 0)] }).decision).toBe('remediate');
    expect(passQualityGate({ ...options, criteria: all(1) }).decision).toBe('approve');
  });

  it('takes no structural check for a sign of correctness, tells a person what was seen, and still refuses one that failed', async () => {
    const checks = [{ id: 's', description: 'it answers', passed: true, seen: 'returned 0', structural: true as const }];
    const measure = (outcomes: readonly CheckOutcome[]) => executedChecksInstrument.doMeasure({ checks: outcomes } as unknown as MeasurementRequest);
    expect(await measure(checks)).toBeNull();
    expect(await measure([...checks, { id: 'c', description: '', passed: false, seen: '' }])).toMatchObject({ score: 0 });
    const criteria = all(1).filter(({ criterion }) => criterion !== 'correctness');
    const options = { rubric: QualityRubric.DEFAULT, threshold: 0.8, criteria, required: Object.values(Criterion) };
    expect(passQualityGate({ ...options, checks })).toMatchObject({
      decision: 'ask-person',
      feedback: ['Nobody could score correctness.', 'it answers: returned 0'],
    });
    const failed = checks.map((check) => ({ ...check, passed: false }));
    expect(passQualityGate({ ...options, criteria: all(1), checks: failed })).toMatchObject({ decision: 'remediate', failedChecks: ['s'] });
  });

  it('weighs as declared and leaves unscored weight to the others', () => {
    const rubric = QualityRubric.DEFAULT;
    expect(rubric.score([scored('correctness', 1)])).toBe(1);
    expect(rubric.score([scored('completeness', 1), scored('correctness', 0)])).toBeCloseTo(0.3 / 0.7, 9);
    expect(rubric.score([scored('completeness', 1), scored('correctness', 1), scored('style', 0), scored('documentation', 0)])).toBe(0.7);
  });

  it('refuses weights that do not add up and scores that are none', () => {
    expect(() => new QualityRubric({ completeness: 1, correctness: 1, style: 0, documentation: 0 })).toThrow(/add up to 1/);
    expect(() => QualityRubric.DEFAULT.score([scored('style', Number.NaN)])).toThrow(/from 0 to 1/);
    expect(() => QualityRubric.DEFAULT.score([scored('style', 1), scored('style', 1)])).toThrow(/second/);
  });
});
