import { describe, expect, it } from 'vitest';
import { findNotNeeded } from './find-not-needed.js';

const task = (id: string, ...writes: readonly string[]) => ({ id, writes });

describe('findNotNeeded', () => {
  it('excuses what was not needed, but nothing that others wrote or that was asked for', () => {
    const tasks = [task('made', 'a', 'both'), task('skipped', 'b', 'both'), task('failed', 'c', 'docs/d'), task('after', 'b')];
    const unsuccessful = ['skipped', 'failed', 'after'];
    expect(findNotNeeded(tasks, unsuccessful, [])).toEqual(['b', 'c', 'docs/d']);
    expect(findNotNeeded(tasks, unsuccessful, ['docs', 'c'])).toEqual(['b']);
    expect(findNotNeeded([task('made', 'a')], [], [])).toEqual([]);
  });

  it('takes a folder that was asked for as there with one file in it', () => {
    const tasks = [task('urgent', 'docs/urgent.md'), task('routine', 'docs/routine.md'), task('interface', 'api/index.md')];
    expect(findNotNeeded(tasks, ['routine', 'interface'], ['docs', 'api'])).toEqual(['docs/routine.md']);
    expect(findNotNeeded(tasks, ['routine', 'interface'], ['docs/routine.md'])).toEqual(['api/index.md']);
  });
});
