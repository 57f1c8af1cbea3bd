import { describe, expect, it } from 'vitest';
import { taskNode } from '../graph/fixtures/arbitrary-graph.js';
import type { TaskState } from '../graph/task-state.js';
import { findNotNeeded } from './find-not-needed.js';

const record = (state: TaskState, ...writes: readonly string[]) => ({ state, node: taskNode(writes.join(), [], { writes }) });

describe('findNotNeeded', () => {
  it('excuses what was not needed, but nothing that others wrote or that was asked for', () => {
    const records = [
      record('succeeded', 'a', 'both'),
      record('skipped', 'b', 'both'),
      record('failed', 'c', 'docs/d'),
      record('upstream-failed', 'b'),
    ];
    expect(findNotNeeded(records, [])).toEqual(['b', 'c', 'docs/d']);
    expect(findNotNeeded(records, ['docs', 'c'])).toEqual(['b']);
    expect(findNotNeeded([record('succeeded', 'a')], [])).toEqual([]);
  });

  it('takes a folder that was asked for as there with one file in it', () => {
    const branches = [record('succeeded', 'docs/urgent.md'), record('skipped', 'docs/routine.md'), record('failed', 'api/index.md')];
    expect(findNotNeeded(branches, ['docs', 'api'])).toEqual(['docs/routine.md']);
    expect(findNotNeeded(branches, ['docs/routine.md'])).toEqual(['api/index.md']);
  });
});
