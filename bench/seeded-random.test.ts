import { describe, expect, it } from 'vitest';
import { SeededRandom } from './seeded-random.js';
import { FAMILIES, type Family, generateTaskGraph } from './task-graph-families.js';

const draw = (count: number, value: () => number) => Array.from({ length: count }, value);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('SeededRandom', () => {
  it('repeats itself for the same seed and for no other', () => {
    const first = (...words: readonly (string | number)[]) =>
      draw(4, () => 0).map(
        (
          (random) => () =>
            random.next()
        )(new SeededRandom(...words)),
      );
    expect(first('a', 1)).toEqual(first('a', 1));
    expect(new Set([first('a', 1), first('a', 2), first('b', 1), first('a1')].flat()).size).toBe(16);
    // The numbers themselves: another generator would change every figure that was measured.
    expect(new SeededRandom('a', 1).next()).toBe(FIRST_OF_A_1);
  });

  it('is spread as it says', () => {
    const random = new SeededRandom('spread');
    const uniform = draw(100_000, () => random.next());
    expect(mean(uniform)).toBeCloseTo(0.5, 2);
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uniform)).toBeLessThan(1);
    const normal = draw(100_000, () => random.normal());
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((value) => value * value))).toBeCloseTo(1, 1);
    expect(new Set(draw(1_000, () => random.integer(3, 5)))).toEqual(new Set([3, 4, 5]));
    expect(new Set(random.sample(5, 5)).size).toBe(5);
    expect(random.sample(9, 2)).toHaveLength(2);
  });
});

const FIRST_OF_A_1 = 0.490_991_928_847_506_64;

/** Dependencies and sources of the first graph of 200 tasks: other numbers mean that every figure that was measured is of other graphs. */
const MEASURED: Readonly<Record<Family, readonly [number, number]>> = { layered: [370, 10], chains: [218, 19], sparse: [300, 59], random: [600, 34] };

describe.each(Object.keys(FAMILIES) as Family[])('the family %s', (family) => {
  it('has as many tasks as were asked for, each after all it depends on, and is the same every time', () => {
    for (const size of [1, 2, 50, 200]) {
      const nodes = generateTaskGraph(family, size, 1);
      expect(nodes).toHaveLength(size);
      expect(generateTaskGraph(family, size, 1)).toEqual(nodes);
      if (size > 2) expect(generateTaskGraph(family, size, 2)).not.toEqual(nodes);
      const before = new Set<string>();
      for (const { id, dependencies } of nodes) {
        expect(new Set(dependencies).size).toBe(dependencies.length);
        for (const dependency of dependencies) expect(before).toContain(dependency);
        before.add(id);
      }
    }
  });

  it('is the one that was measured', () => {
    const nodes = generateTaskGraph(family, 200, 0);
    const dependencies = nodes.reduce((sum, node) => sum + node.dependencies.length, 0);
    expect([dependencies, nodes.filter((node) => node.dependencies.length === 0).length]).toEqual(MEASURED[family]);
  });
});
