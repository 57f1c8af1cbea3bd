import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../bench/seeded-random.js';
import { CrashingProject } from './fixtures/crashing-project.js';

const INTERLEAVINGS = 10_000;
const STEPS = 80;

describe('BudgetLedger under ten agents that crash', () => {
  it(`keeps every cap and loses no token, in ${INTERLEAVINGS.toLocaleString('en-US')} interleavings with their crashes`, () => {
    let [crashes, withoutLoss] = [0, 0];
    for (let seed = 0; seed < INTERLEAVINGS; seed += 1) {
      const project = new CrashingProject(new SeededRandom('crashes', seed));
      for (let step = 0; step < STEPS; step += 1) project.step(step);
      project.finish();
      const { journaled, used, lost, problems } = project;
      if (journaled < used || journaled > used + lost) problems.push(`journaled ${journaled} of ${used} used and ${lost} lost`);
      expect({ seed, problems }).toEqual({ seed, problems: [] });
      crashes += project.crashes;
      withoutLoss += lost === 0 ? 1 : 0;
    }
    // Or the law was never put to the test.
    expect(crashes).toBeGreaterThan(INTERLEAVINGS);
    expect(withoutLoss).toBeGreaterThan(INTERLEAVINGS / 20);
  });
});
