import { describe, expect, it } from 'vitest';
import type { TaskState } from '../task-state.js';
import { GraphRun } from './graph-run.js';
import { TASK_TRANSITIONS, type TaskTransition } from './task-transitions.js';

/** What becomes of a task in each state when each thing is said to have happened to it; null where it can't have. */
const TABLE: Readonly<Record<TaskState, Readonly<Record<TaskTransition, TaskState | null>>>> = {
  pending: { started: null, waitsForPerson: null, succeeded: null, failed: null, skipped: 'skipped', cancelled: 'cancelled' },
  ready: { started: 'running', waitsForPerson: null, succeeded: null, failed: null, skipped: 'skipped', cancelled: 'cancelled' },
  running: {
    started: null,
    waitsForPerson: 'waiting-for-person',
    succeeded: 'succeeded',
    failed: 'failed',
    skipped: null,
    cancelled: 'cancelled',
  },
  'waiting-for-person': { started: null, waitsForPerson: null, succeeded: 'succeeded', failed: 'failed', skipped: null, cancelled: 'cancelled' },
  succeeded: { started: null, waitsForPerson: null, succeeded: null, failed: null, skipped: null, cancelled: null },
  failed: { started: null, waitsForPerson: null, succeeded: null, failed: null, skipped: null, cancelled: null },
  skipped: { started: null, waitsForPerson: null, succeeded: null, failed: null, skipped: null, cancelled: null },
  'upstream-failed': { started: null, waitsForPerson: null, succeeded: null, failed: null, skipped: null, cancelled: null },
  cancelled: { started: null, waitsForPerson: null, succeeded: null, failed: null, skipped: null, cancelled: null },
};
const STATES = Object.keys(TABLE) as TaskState[];
const TRANSITIONS = Object.keys(TASK_TRANSITIONS) as TaskTransition[];
const CELLS = STATES.flatMap((state) => TRANSITIONS.map((transition) => ({ state, transition, becomes: TABLE[state][transition] })));

/** A run whose second task is in a state; its first keeps a pending one waiting. */
function runWith(state: TaskState): GraphRun<{ id: string; dependencies: string[] }> {
  const nodes = [
    { id: 'before', dependencies: [] },
    { id: 'task', dependencies: ['before'] },
    { id: 'after', dependencies: ['task'] },
  ];
  return new GraphRun({ nodes }, { snapshot: { states: [state === 'pending' ? 'running' : 'succeeded', state, 'pending'], outputs: [] } });
}

describe('the states of a task', () => {
  it.each(CELLS)('$state, $transition: $becomes', ({ state, transition, becomes }) => {
    const run = runWith(state);
    expect(run.state('task')).toBe(state);
    const before = run.toSnapshot();
    if (becomes === null) {
      expect(() => run[transition]('task')).toThrow(expect.objectContaining({ code: 'graph.invalid-transition' }));
      expect(run.toSnapshot()).toEqual(before);
    } else {
      run[transition]('task');
      expect(run.state('task')).toBe(becomes);
    }
  });
});
