import { describe, expect, it } from 'vitest';
import type { Condition } from '../graph/condition.js';
import { describeCondition } from './describe-condition.js';

const severe: Condition = { task: 'triage', output: 'severity', operator: 'one-of', value: ['high', 'critical'] };
const late: Condition = { task: 'plan', output: 'days', operator: 'at-least', value: 7 };

describe('describeCondition', () => {
  it.each<[Condition, string]>([
    [severe, 'triage.severity in ["high", "critical"]'],
    [{ task: 'a', output: 'b', operator: 'equals', value: 'x"y' }, 'a.b = "x\\"y"'],
    [{ task: 'a', output: 'b', operator: 'not-equals', value: true }, 'a.b ≠ true'],
    [{ not: late }, 'not (plan.days ≥ 7)'],
    [
      { all: [severe, { any: [late, { not: severe }] }] },
      'triage.severity in ["high", "critical"] and (plan.days ≥ 7 or not (triage.severity in ["high", "critical"]))',
    ],
    [{ all: [] }, 'always'],
    [{ any: [] }, 'never'],
  ])('says %j', (condition, said) => {
    expect(describeCondition(condition)).toBe(said);
  });

  it('stops where it is too deep', () => {
    let deep: Condition = severe;
    for (let level = 0; level < 100_000; level += 1) deep = { not: deep };
    expect(describeCondition(deep)).toContain('not (…)');
  });
});
