import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TaskState } from '../graph/task-state.js';
import type { TaskRecord } from './activity-types.js';
import { describeUnfinished } from './describe-unfinished.js';

const record = (id: string, state: TaskState, reason: string | null = null, startedAt: number | null = 1): TaskRecord => ({
  node: { id, type: 'design', description: id, dependencies: [], estimatedTokens: 1, inputs: {}, writes: [], successCriteria: [] },
  state,
  startedAt,
  finishedAt: null,
  tokensSpent: 0,
  attempts: [],
  verdict: null,
  manifest: null,
  records: [],
  reason,
});

describe('describeUnfinished', () => {
  it('names every task that was to succeed and did not, with state and reason, the failed ones first', () => {
    const records = [
      record('a', 'succeeded'),
      record('b', 'cancelled', 'It was stopped with the project.'),
      record('c', 'upstream-failed', 'It needs d.', null),
      record('d', 'failed', 'no key'),
      record('e', 'skipped', null, null),
    ];
    expect(describeUnfinished(records, 2_000)).toBe(
      '3 of 5 tasks did not succeed: d (failed: no key); b (cancelled: It was stopped with the project); ' +
        'c (upstream-failed, never started: It needs d)',
    );
    expect(describeUnfinished([record('a', 'succeeded')], 2_000)).toBe('');
  });

  it('cuts reasons before it leaves out tasks', () => {
    const records = Array.from({ length: 40 }, (_, index) => record(`task-${index}`, 'failed', `${'because '.repeat(60)}${index}`));
    const text = describeUnfinished(records, 2_000);
    for (const { node } of records) expect(text).toContain(`${node.id} (failed`);
    expect(text).not.toContain('more');
  });

  it('counts what does not fit even so', () => {
    const records = Array.from({ length: 500 }, (_, index) => record(`a-task-with-a-name-${index}`, 'upstream-failed', null, null));
    const text = describeUnfinished(records, 2_000);
    const named = text.match(/a-task-with-a-name-\d+ \(/g)!.length;
    expect(text).toContain(`; and ${500 - named} more`);
    expect(text.length).toBeGreaterThan(1_900);
  });

  it('keeps to its length and forgets nobody', () => {
    const states = fc.constantFrom<TaskState>('failed', 'cancelled', 'upstream-failed', 'skipped', 'succeeded');
    const records = fc.array(
      fc.record({ id: fc.string({ minLength: 1, maxLength: 300 }), state: states, reason: fc.option(fc.string({ maxLength: 600 })) }),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(records, fc.integer({ min: 200, max: 2_000 }), (drawn, longest) => {
        const all = drawn.map(({ id, state, reason }, index) => record(`${index}#${id}`, state, reason));
        const text = describeUnfinished(all, longest);
        expect(text.length).toBeLessThanOrEqual(longest);
        const unfinished = all.filter(({ state }) => state !== 'succeeded' && state !== 'skipped');
        const more = Number(/and (\d+) more$/.exec(text)?.[1] ?? 0);
        const named = unfinished.filter(({ node }) => text.includes(`${node.id.split('#')[0]}#`)).length;
        expect(named + more).toBeGreaterThanOrEqual(unfinished.length);
      }),
    );
  });
});
