import { describe, expect, it } from 'vitest';
import { taskNode } from '../graph/fixtures/arbitrary-graph.js';
import { describeUnmetCondition } from './describe-unmet-condition.js';

const when = {
  all: [
    { task: 'triage', output: 'severity', operator: 'equals', value: 'high' },
    { not: { task: 'triage', output: '__proto__', operator: 'equals', value: true } },
    { task: 'gone', output: 'days', operator: 'at-least', value: 7 },
  ],
} as const;

describe('describeUnmetCondition', () => {
  it('says what was compared with what', () => {
    const outputs = new Map([['triage', { severity: 'low', days: 3 }]]);
    const said = describeUnmetCondition({ node: taskNode('fix', ['triage'], { when }), state: 'skipped' }, (id) => outputs.get(id));
    expect(said).toBe(
      'Its condition does not hold: triage.severity = "high" and not (triage.__proto__ = true) and gone.days ≥ 7. ' +
        'triage.severity is "low". triage.__proto__ is not there. gone.days is not there.',
    );
  });

  it('says nothing of a task that has no condition, or did not end by it', () => {
    expect(describeUnmetCondition({ node: taskNode('fix'), state: 'skipped' }, () => undefined)).toBeNull();
    expect(describeUnmetCondition({ node: taskNode('fix', [], { when }), state: 'cancelled' }, () => undefined)).toBeNull();
  });

  it('is short, however much is compared', () => {
    const many = Array.from({ length: 3_000 }, (_, number) => ({ task: 'a', output: `o${number}`, operator: 'equals', value: 'x' }) as const);
    const outputs = Object.fromEntries(many.map(({ output }) => [output, 'y'.repeat(10_000)]));
    const said = describeUnmetCondition({ node: taskNode('b', ['a'], { when: { any: many } }), state: 'skipped' }, () => outputs);
    expect(said!.length).toBeLessThan(2_000);
  });
});
