import { describe, expect, it } from 'vitest';
import { makespanBounds } from './makespan-bounds.js';

const task = (id: string, duration: number, dependencies: readonly string[] = []) => ({ id, duration, estimate: duration, dependencies });

describe('makespanBounds', () => {
  it('is the longest path where there is little else', () => {
    const { plain, ramped } = makespanBounds([task('a', 2), task('b', 3, ['a']), task('c', 1)], 2);
    expect([plain, ramped]).toEqual([5, 5]);
  });

  it('is the work shared out where nothing waits', () => {
    const { plain, ramped, graham } = makespanBounds(
      Array.from({ length: 8 }, (_, index) => task(`t${index}`, 1)),
      2,
    );
    expect([plain, ramped, graham]).toEqual([4, 4, 4.5]);
  });

  it('counts the slots that nothing can fill at the beginning and at the end', () => {
    const between = Array.from({ length: 8 }, (_, index) => task(`t${index}`, 1, ['first']));
    const last = task(
      'last',
      1,
      between.map(({ id }) => id),
    );
    const { plain, ramped } = makespanBounds([task('first', 1), ...between, last], 2);
    expect([plain, ramped]).toEqual([5, 6]);
  });
});
