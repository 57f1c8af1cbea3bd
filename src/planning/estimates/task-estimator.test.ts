import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { observationWith } from './fixtures/observation-with.js';
import { seededDraws } from './seeded-draws.js';
import { TaskEstimator } from './task-estimator.js';
import type { TaskObservation, TaskOutline } from './task-observation.js';

const outline: TaskOutline = {
  template: 'python-function/1',
  persona: 'developer',
  model: 'local/small',
  plannedTokens: 6_000,
  characters: 400,
  plannedMilliseconds: 60_000,
};

const observed = (count: number, given: (index: number) => Partial<TaskObservation> = () => ({})): readonly TaskObservation[] =>
  Array.from({ length: count }, (_, index) => observationWith({ taskId: `task-${index}`, ...given(index) }));

describe('TaskEstimator', () => {
  it('covers nine of ten, however the costs are distributed', () => {
    const random = seededDraws(7);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const distributions = {
      'log-normal': () => Math.round(100 * Math.exp(1.5 * normal())),
      'one that is cut off': () => (random() < 0.3 ? 2_000 - Math.round(random() * 100) : 120),
      uniform: () => Math.round(1_000 * random()),
      geometric: () => 140 * Math.ceil(Math.log(1 - random()) / Math.log(0.6)),
    };
    for (const [name, draw] of Object.entries(distributions)) {
      let covered = 0;
      const rounds = 400;
      for (let round = 0; round < rounds; round += 1) {
        const { tokens } = new TaskEstimator(observed(30, () => ({ tokens: draw() }))).estimate(outline);
        if (draw() <= tokens.p90) covered += 1;
      }
      // Ties lie on the safe side; four deviations of a share of 400 below it.
      expect({ name, covered: covered / rounds }).toEqual({ name, covered: expect.closeTo(0.93, 0.09) });
      expect(covered / rounds).toBeGreaterThan(0.84);
    }
  });

  it('takes the figures of the plan where nothing is known, and as its P90 while too little is', () => {
    expect(new TaskEstimator([]).estimate(outline)).toEqual({
      tokens: { p50: 6_000, p90: 6_000 },
      microDollars: { p50: 0, p90: 0 },
      milliseconds: { p50: 60_000, p90: 60_000 },
      candidateTokens: null,
      succeeded: null,
      observations: 0,
      basis: 'plan',
    });
    expect(new TaskEstimator(observed(8)).estimate(outline).tokens).toEqual({ p50: 300, p90: 6_000 });
    expect(new TaskEstimator(observed(9)).estimate(outline).tokens).toEqual({ p50: 300, p90: 300 });
  });

  it('leans on other models and personas of the template while a kind is new, and forgets them as it gets known', () => {
    const others = observed(50, (index) => ({ projectId: 'other', tokens: 3_000 + index, model: 'host/other' }));
    const estimate = (own: number) => new TaskEstimator([...others, ...observed(own)]).estimate(outline);
    expect(estimate(0)).toMatchObject({ basis: 'alike', observations: 0, tokens: { p50: expect.closeTo(3_025, -2) } });
    expect(estimate(2)).toMatchObject({ basis: 'alike', observations: 2, tokens: { p50: expect.closeTo(3_025, -2) } });
    expect(estimate(20)).toMatchObject({ tokens: { p50: 300 } });
    expect(estimate(30)).toMatchObject({ basis: 'kind', tokens: { p50: 300, p90: 300 } });
    expect(new TaskEstimator(others).estimate({ ...outline, template: 'python-function/2' })).toMatchObject({ basis: 'plan' });
  });

  it('goes by its own answers for the size of a candidate, however many others there are', () => {
    const others = observed(300, () => ({ model: 'host/other', candidateTokens: [2_000] }));
    const own = observed(10, () => ({ candidateTokens: [150] }));
    expect(new TaskEstimator([...own, ...others]).estimate(outline).candidateTokens).toBe(150);
  });

  it('prefers another persona with the same model to another model', () => {
    const all = [...observed(20, () => ({ model: 'host/other', tokens: 9_000 })), ...observed(20, () => ({ persona: 'tester', tokens: 700 }))];
    expect(new TaskEstimator(all).estimate(outline)).toMatchObject({ basis: 'alike', tokens: { p50: 700 } });
  });

  it('stretches what was observed by the size of a candidate', () => {
    const all = observed(20, (index) => {
      const characters = 100 * (index + 1);
      return { characters, candidateTokens: [characters, characters, characters], tokens: 3 * characters, workingMilliseconds: 2 * characters };
    });
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 5_000 }), (characters) => {
        const estimate = new TaskEstimator(all).estimate({ ...outline, characters });
        expect(estimate.candidateTokens).toBeCloseTo(characters, 6);
        expect(estimate.tokens).toEqual({ p50: 3 * characters, p90: 3 * characters });
        expect(estimate.milliseconds).toEqual({ p50: 2 * characters, p90: 2 * characters });
      }),
    );
  });

  it('keeps P50 below P90 and both finite, whatever was observed', () => {
    const count = fc.nat({ max: 2 ** 31 });
    const any = fc.record({
      heldTokens: count,
      characters: count,
      tokens: count,
      microDollars: count,
      workingMilliseconds: count,
      candidateTokens: fc.array(count, { maxLength: 3 }),
      model: fc.constantFrom('local/small', 'none', '__proto__', ''),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 25 }), count, (given, characters) => {
        const estimate = new TaskEstimator(given.map(observationWith)).estimate({ ...outline, characters });
        for (const { p50, p90 } of [estimate.tokens, estimate.microDollars, estimate.milliseconds]) {
          expect(Number.isFinite(p90) && p50 <= p90 && p50 >= 0).toBe(true);
        }
      }),
    );
  });

  it('follows costs that rise, never beyond the largest that was seen', () => {
    const rising = (count: number) => new TaskEstimator(observed(count, (index) => ({ tokens: 100 + index }))).estimate(outline).tokens;
    expect(rising(40)).toEqual({ p50: 120, p90: 139 });
    expect(rising(300)).toEqual({ p50: 250, p90: 397 });
  });

  it('goes by the newest: what was before them is forgotten', () => {
    const all = [...observed(400, () => ({ tokens: 9_000 })), ...observed(300)];
    expect(new TaskEstimator(all).estimate(outline)).toMatchObject({ tokens: { p50: 300, p90: 300 }, observations: 300 });
  });

  it('tells tasks that need no model what they need: time', () => {
    const rendered = observed(20, () => ({ template: 'python-readme/1', model: 'none', tokens: 0, candidateTokens: [] }));
    const task = { ...outline, template: 'python-readme/1', model: 'none', plannedTokens: 0 };
    expect(new TaskEstimator(rendered).estimate(task)).toMatchObject({ tokens: { p50: 0, p90: 0 }, milliseconds: { p50: 3_000, p90: 3_000 } });
  });
});
