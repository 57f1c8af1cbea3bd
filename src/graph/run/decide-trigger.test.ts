import { describe, expect, it } from 'vitest';
import { type DependencyCounts, decideAsAirflow } from '../fixtures/airflow-trigger.js';
import type { SettledState } from '../task-state.js';
import { TriggerRule } from '../trigger-rule.js';
import { decideTrigger } from './decide-trigger.js';

const RULES = Object.values(TriggerRule);
const SETTLED: readonly SettledState[] = ['succeeded', 'failed', 'upstream-failed', 'skipped', 'cancelled'];
/** All 64 sets of what occurs among the dependencies of a task, the one without dependencies first. */
const SETS = Array.from({ length: 64 }, (_, bits) => ({
  settled: new Set(SETTLED.filter((_, bit) => (bits & (1 << bit)) !== 0)),
  unsettled: (bits & 32) !== 0,
}));

/** All ways to have none, one or two dependencies in each state. */
const COUNTS = Array.from({ length: 3 ** 6 }, (_, number): DependencyCounts => {
  const count = (place: number) => Math.floor(number / 3 ** place) % 3;
  return { succeeded: count(0), failed: count(1), 'upstream-failed': count(2), skipped: count(3), cancelled: count(4), unsettled: count(5) };
});

describe('decideTrigger', () => {
  it.each(RULES)('decides %s as Airflow does, in all 729 ways to have up to two dependencies in each state', (rule) => {
    const decided = COUNTS.map((counts) => {
      const settled = new Set(SETTLED.filter((state) => counts[state] > 0));
      return { ...counts, decision: decideTrigger(rule, settled, counts.unsettled > 0) };
    });
    expect(decided).toHaveLength(729);
    expect(decided).toEqual(COUNTS.map((counts) => ({ ...counts, decision: decideAsAirflow(rule, counts) })));
  });

  it('never takes a decision back when more is settled, but for what a cancelled task is called', () => {
    for (const rule of RULES) {
      for (const { settled } of SETS.filter(({ unsettled }) => unsettled)) {
        const before = decideTrigger(rule, settled, true);
        if (before === 'wait') continue;
        for (const more of SETTLED) {
          const after = decideTrigger(rule, new Set([...settled, more]), false);
          if (before === 'ready') expect(after).toBe('ready');
          else expect(after).not.toBe('ready');
        }
      }
    }
  });

  it('waits for nothing once everything is settled', () => {
    for (const rule of RULES) for (const { settled } of SETS) expect(decideTrigger(rule, settled, false)).not.toBe('wait');
  });
});
