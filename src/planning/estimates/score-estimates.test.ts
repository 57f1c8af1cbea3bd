import { describe, expect, it } from 'vitest';
import { observationWith } from './fixtures/observation-with.js';
import { scoreEstimates, scoreHeldOut } from './score-estimates.js';
import { seededDraws } from './seeded-draws.js';

const random = seededDraws(11);
const varied = Array.from({ length: 120 }, (_, index) => observationWith({ taskId: `${index}`, tokens: 100 + Math.floor(900 * random()) }));

describe('scoreEstimates', () => {
  it('finds no fault where every task is like the others', () => {
    const same = Array.from({ length: 50 }, (_, index) => observationWith({ taskId: `${index}` }));
    expect(scoreEstimates(same)).toEqual({ tasks: 20, coverage: 1, pinballP50: 0, pinballP90: 0, candidateError: 0 });
  });

  it('predicts each task from those before it alone', () => {
    const early = scoreEstimates(varied.slice(0, 60));
    const changed = [...varied.slice(0, 60), ...varied.slice(60).map((observation) => ({ ...observation, tokens: 1_000_000 }))];
    const late = scoreEstimates(changed);
    expect(early.tasks).toBe(30);
    // All that came after is far above every P90 until it is a tenth of what is known.
    expect(late.tasks).toBe(90);
    expect(late.coverage! * 90).toBeGreaterThanOrEqual(early.coverage! * 30);
    expect(late.pinballP90!).toBeGreaterThan(100 * early.pinballP90!);
  });

  it('is surprised by what it could not know yet', () => {
    const sudden = Array.from({ length: 60 }, (_, index) => observationWith({ taskId: `${index}`, tokens: index < 30 ? 100 : 1_000 }));
    expect(scoreEstimates(sudden).coverage).toBeLessThan(1);
    expect(scoreHeldOut(sudden, sudden.slice(30)).coverage).toBe(1);
  });

  it('learns the first of each kind before it predicts', () => {
    const two = varied.flatMap((observation) => [observation, { ...observation, template: 'free-form/1' }]);
    expect(scoreEstimates(two.slice(0, 60))).toMatchObject({ tasks: 0, coverage: null, pinballP90: null });
    expect(scoreEstimates(two.slice(0, 62))).toMatchObject({ tasks: 2 });
    expect(scoreEstimates(two.slice(0, 62), 0)).toMatchObject({ tasks: 62 });
  });

  it('punishes a P90 that is too high as well as one that is too low', () => {
    const learnt = (factor: number) =>
      varied.slice(0, 60).map((observation) => ({ ...observation, tokens: Math.round(observation.tokens * factor) }));
    const loss = (factor: number) => scoreHeldOut(learnt(factor), varied.slice(60)).pinballP90!;
    expect(loss(1)).toBeLessThan(loss(0.5));
    expect(loss(1)).toBeLessThan(loss(3));
  });
});
