import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition } from '../condition.js';
import { evaluateCondition } from '../run/evaluate-condition.js';
import { ConditionNumbers } from './condition-numbers.js';

const NAMES = ['a', 'b'];
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small' },
    fc.record({
      task: fc.constantFrom(...NAMES),
      output: fc.constant('f'),
      operator: fc.constant('equals'),
      value: fc.boolean(),
    }) as fc.Arbitrary<Condition>,
    fc.record({ all: fc.array(tie('condition'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('condition'), { maxLength: 3 }) }),
    fc.record({ not: tie('condition') }),
  ),
}));
/** All outputs that there may be: nothing of a task, or either value. */
const worlds = [0, 1, 2].flatMap((a) => [0, 1, 2].map((b) => [a, b]));
const inWorld = (when: Condition, world: readonly number[]) =>
  evaluateCondition(when, (id) => {
    const value = world[NAMES.indexOf(id)]!;
    return value === 2 ? undefined : { f: value === 1 };
  });

describe('ConditionNumbers', () => {
  it('gives one number to parts that always say the same, and opposite ones only to what always says the opposite', () => {
    let shared = 0;
    const property = fc.property(condition, condition, (one, other) => {
      const numbers = new ConditionNumbers();
      const [first, second] = [numbers.partsOf(one), numbers.partsOf(other)];
      for (const part of first) {
        for (const { number, holds } of second) {
          if (number !== part.number) continue;
          shared += 1;
          // Both hold together only where they ask for the same of the part.
          if (holds !== part.holds) expect(worlds.filter((world) => inWorld(one, world) && inWorld(other, world))).toEqual([]);
        }
      }
    });
    fc.assert(property, { numRuns: 3_000 });
    expect(shared).toBeGreaterThan(50);
  });

  it('tells a condition from what is not that condition, in whatever order and words', () => {
    const is = (task: string) => ({ task, output: 'f', operator: 'one-of', value: [true, false] }) as const;
    const turned = (task: string) => ({ value: [false, true, true], operator: 'one-of', output: 'f', task }) as const;
    const numbers = new ConditionNumbers();
    const [holds] = numbers.partsOf({ any: [{ all: [is('a'), is('b')] }, is('c')] });
    const not: readonly Condition[] = [
      { not: { any: [is('c'), { all: [is('b'), is('a')] }] } },
      { all: [{ not: turned('c') }, { any: [{ not: turned('a') }, { not: is('b') }] }] },
      { not: { not: { not: { any: [{ any: [is('c')] }, { all: [{ all: [is('b')] }, is('a'), is('b')] }] } } } },
    ];
    for (const each of not) expect(numbers.partsOf(each)).toContainEqual({ number: holds!.number, holds: !holds!.holds });
    expect(numbers.partsOf({ all: [is('a'), { not: not[0]! }] })).toContainEqual(holds);
    expect(numbers.partsOf(is('a'))).toEqual([]);
    expect(numbers.partsOf({ not: is('a') })).toEqual([]);
    expect(numbers.partsOf({ any: [is('a'), is('b')] }).map(({ number }) => number)).not.toContain(holds!.number);
  });
});
