import { readFileSync } from 'node:fs';
import { decideTrigger, type SettledState, TASK_TRANSITIONS, type TaskState, TriggerRule } from 'kamachiq';
import { describe, expect, it } from 'vitest';
import { STATES } from '../../src/graph/run/state-codes.js';

const text = readFileSync(new URL('../../docs/trigger-rules.md', import.meta.url), 'utf8');
const documented = (name: string) => new RegExp(`<!-- ${name} -->\\n(.*?)\\n<!-- end -->`, 's').exec(text)?.[1];
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const code = (word: string) => `\`${word}\``;

const SETTLED: readonly SettledState[] = ['succeeded', 'failed', 'upstream-failed', 'skipped', 'cancelled'];

describe('docs/trigger-rules.md', () => {
  it('shows every decision: all rules, all 64 sets of what occurs among the dependencies of a task', () => {
    const rules = Object.values(TriggerRule);
    const rows = Array.from({ length: 64 }, (_, bits) => {
      const settled = SETTLED.filter((_state, bit) => (bits & (1 << bit)) !== 0);
      const unsettled = (bits & 32) !== 0;
      const shown = [...settled, ...(unsettled ? ['unsettled'] : [])].join(', ') || 'no dependencies';
      return [shown, ...rules.map((rule) => decideTrigger(rule, new Set(settled), unsettled))];
    });
    expect(documented('every decision')).toBe(table(['Among the dependencies', ...rules.map(code)], rows));
  });

  it('shows every transition: all states, everything that may happen to a task', () => {
    const transitions = Object.entries(TASK_TRANSITIONS);
    const rows = STATES.map((state) => [
      code(state),
      ...transitions.map(([, { from, to }]) => ((from as readonly TaskState[]).includes(state) ? to : '')),
    ]);
    expect(documented('every transition')).toBe(table(['', ...transitions.map(([name]) => code(name))], rows));
  });
});
