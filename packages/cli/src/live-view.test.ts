import type { LiveProject, LiveTask } from 'kamachiq/client';
import { describe, expect, it } from 'vitest';
import { drawProject, NO_COLOURS } from './live-view.js';

const states = ['pending', 'ready', 'waiting-for-person', 'succeeded', 'failed', 'skipped', 'upstream-failed', 'cancelled'] as const;
const task = (state: LiveTask['state'], rest: Partial<LiveTask> = {}) =>
  ({
    id: state,
    state,
    phase: null,
    attempt: 1,
    remediation: 0,
    tokensSpent: 7,
    tokensUnsettled: 0,
    score: 0.5,
    startedAt: 0,
    finishedAt: 1,
    agent: null,
    ...rest,
  }) as LiveTask;
const project = (tasks: readonly LiveTask[]) =>
  ({
    name: 'p',
    phase: 'executing',
    startedAt: 0,
    finishedAt: null,
    budget: { total: 10, held: 0, spent: 7 },
    tasks,
    reviews: [],
    schedule: { makespanMilliseconds: 0 },
  }) as unknown as LiveProject;

describe('drawProject', () => {
  it('writes every state in full where lines have no edge, and keeps the columns below each other', () => {
    const lines = drawProject(project(states.map((state) => task(state))), 1, Number.POSITIVE_INFINITY, NO_COLOURS).slice(2);
    const [header, ...rows] = lines;
    expect(rows.map((row) => row.trim().split(/ {2,}/)[1]!.split(' ')[0])).toEqual(states);
    expect(new Set(rows.map((row) => row.indexOf(' 0.50 '))).size).toBe(1);
    expect(rows[0]!.indexOf(' 0.50 ') + 5).toBe(header!.indexOf('score') + 5);
    const waits = drawProject(project([task('running', { phase: 'waiting-for-tokens' })]), 1, Number.POSITIVE_INFINITY, NO_COLOURS);
    expect(waits.join('\n')).toContain(' waiting-for-tokens ');
  });

  it('keeps a state within its column on a terminal', () => {
    expect(drawProject(project([task('waiting-for-person')]), 1, 100, NO_COLOURS).join('\n')).toContain(' waiting-for-pers ');
  });
});
