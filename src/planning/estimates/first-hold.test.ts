import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstHold } from './first-hold.js';
import { observationWith } from './fixtures/observation-with.js';
import { TaskEstimator } from './task-estimator.js';
import type { TaskObservation, TaskOutline } from './task-observation.js';

const outline: TaskOutline = {
  template: 'python-function/1',
  persona: 'developer',
  model: 'local/small',
  characters: 400,
  plannedTokens: 6_000,
  plannedMilliseconds: 1_000,
};
const many = (count: number, given: (index: number) => Partial<TaskObservation> = () => ({})) =>
  Array.from({ length: count }, (_, index) => observationWith({ taskId: `t${index}`, ...given(index) }));
const holdAfter = (observations: readonly TaskObservation[], plannedTokens = 6_000) =>
  firstHold(new TaskEstimator(observations).estimate({ ...outline, plannedTokens }), plannedTokens);

describe('firstHold', () => {
  it('is what nine of ten of the kind took', () => {
    const estimator = new TaskEstimator(many(100, (index) => ({ tokens: 500 + index * 10 })));
    expect(holdAfter(many(100, (index) => ({ tokens: 500 + index * 10 })))).toBe(estimator.estimate(outline).tokens.p90);
  });

  it('pays for three candidates, however few most tasks needed', () => {
    expect(holdAfter(many(30, () => ({ tokens: 150, candidateTokens: [150], candidates: 1 })))).toBe(450);
  });

  it('leaves a task to its plan while less than 30 of its kind are known, whatever is known of others', () => {
    expect(holdAfter(many(29))).toBeNull();
    expect(holdAfter(many(500, () => ({ persona: 'somebody else' })))).toBeNull();
    expect(holdAfter([])).toBeNull();
    expect(holdAfter(many(30))).toBe(450);
  });

  it('leaves a kind to its plan of which more than one of ten spends all it is given', () => {
    const failing = { tokens: 11_900, attempts: 2, succeeded: false };
    expect(holdAfter(many(50, (index) => (index % 5 === 0 ? failing : {})))).toBeNull();
  });

  it('is less than the plan says and at least three candidates, or nothing', () => {
    const arbitrary = fc.array(fc.record({ tokens: fc.nat(20_000), candidate: fc.integer({ min: 1, max: 5_000 }), succeeded: fc.boolean() }), {
      minLength: 30,
      maxLength: 60,
    });
    fc.assert(
      fc.property(arbitrary, fc.nat(20_000), (tasks, plannedTokens) => {
        const hold = holdAfter(
          many(tasks.length, (index) => {
            const { candidate, ...rest } = tasks[index]!;
            return { ...rest, candidateTokens: [candidate] };
          }),
          plannedTokens,
        );
        if (hold === null) return;
        expect(hold).toBeLessThan(plannedTokens);
        expect(hold).toBeGreaterThanOrEqual(3 * Math.min(...tasks.map(({ candidate }) => candidate)) - 1);
        expect(Number.isSafeInteger(hold)).toBe(true);
      }),
    );
  });
});
