import { describe, expect, it } from 'vitest';
import { finding } from '../graph-finding.js';
import { forgiveShortage } from './forgive-shortage.js';

describe('forgiveShortage', () => {
  it('makes a warning of what a change makes no worse, and only of that', () => {
    const budget = finding('graph.budget-infeasible', [], 'Too dear.', ['120', '100'], 'Less.');
    const deadline = finding('graph.deadline-infeasible', ['a'], 'Too long.', ['a', '8', '5'], 'Faster.');
    const orphan = finding('graph.orphan', ['a'], 'For nothing.', ['a'], 'Drop it.');
    const needed = { tokens: 120, minutes: 8 };
    expect(forgiveShortage(budget, needed, { tokens: 120, minutes: 0 })).toEqual({ ...budget, severity: 'warning' });
    expect(forgiveShortage(budget, needed, { tokens: 119, minutes: 9 })).toBe(budget);
    expect(forgiveShortage(deadline, needed, { tokens: 0, minutes: 8.5 })).toEqual({ ...deadline, severity: 'warning' });
    expect(forgiveShortage(deadline, needed, { tokens: 200, minutes: 7.5 })).toBe(deadline);
    expect(forgiveShortage(deadline, needed, { tokens: Number.NaN, minutes: Number.NaN })).toBe(deadline);
    expect(forgiveShortage(orphan, needed, needed)).toBe(orphan);
  });
});
