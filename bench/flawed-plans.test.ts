import { compileTaskGraph } from 'kamachiq';
import { describe, expect, it } from 'vitest';
import { flawedPlans } from './flawed-plans.js';
import { plentifulContext, soundPlan } from './sound-plan.js';

const SIZE = 200;
const codesOf = (...[document, context]: Parameters<typeof compileTaskGraph>) => compileTaskGraph(document, context).findings.map(({ code }) => code);

describe('the plans that are measured', () => {
  it.each([1, 2, 3])('are sound where nothing was planted, seed %i', (seed) => {
    expect(codesOf(soundPlan(SIZE, seed), plentifulContext(SIZE))).toEqual([]);
  });

  it.each(flawedPlans(SIZE, 1))('have $code found where it was planted', ({ code, document, context }) => {
    expect(codesOf(document, context)).toContain(code);
  });
});
