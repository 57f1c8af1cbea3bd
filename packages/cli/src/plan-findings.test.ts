import type { TaskNode } from 'kamachiq';
import { expect, it } from 'vitest';
import { planFindings } from './plan-findings.js';

const task: TaskNode = {
  id: 'note',
  type: 'design',
  description: 'Write a note.',
  dependencies: [],
  estimatedTokens: 4_000,
  inputs: {},
  writes: ['note.md'],
  successCriteria: ['It is written.'],
};
const plan = (budgetTotal: number) => ({ nodes: [task], budgetTotal, timeoutMinutes: 15, qualityThreshold: 0.8 });

it('names a raise that does, with what projects keep for their review', () => {
  const [shortage] = planFindings(plan(2_000));
  const [, raise] = /by (\d+) tokens/.exec(shortage!.suggestion)!;
  expect(planFindings(plan(2_000 + Number(raise)))).toEqual([]);
  expect(planFindings(plan(2_000 + Number(raise) - 5))).toMatchObject([{ code: 'graph.budget-infeasible' }]);
});
