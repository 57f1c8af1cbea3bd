import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UrgencyQueue } from './urgency-queue.js';

/** Asks with an urgency, takes the next, or removes one of those that asked. */
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('add' as const), urgency: fc.nat({ max: 5 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('take' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), which: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const), odds: fc.nat({ max: 2 }) }) },
  ),
  { maxLength: 120, size: 'max' },
);

describe('UrgencyQueue', () => {
  it('takes the most urgent, unless who asked first was passed over too often in a row', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), steps, (patience, given) => {
        const queue = new UrgencyQueue(patience);
        let waiting: { readonly id: string; readonly urgency: number; readonly since: number }[] = [];
        let [asked, passed, oldest] = [0, 0, ''];
        for (const [since, step] of given.entries()) {
          if (step.kind === 'add') {
            const entry = { id: `${asked}`, urgency: step.urgency, since };
            asked += 1;
            waiting.push(entry);
            queue.add(entry.id, entry.urgency, since);
          } else if (step.kind === 'remove') {
            const id = `${asked === 0 ? 0 : step.which % asked}`;
            waiting = waiting.filter((entry) => entry.id !== id);
            queue.remove(id);
          } else if (step.kind === 'clear') {
            if (step.odds > 0) continue;
            waiting = [];
            queue.clear();
          } else {
            const first = waiting[0];
            if (first !== undefined && first.id !== oldest) [passed, oldest] = [0, first.id];
            const urgent = waiting.reduce((best, each) => (each.urgency > best.urgency ? each : best), first!);
            const expected = passed < patience ? urgent : first;
            passed += 1;
            waiting = waiting.filter((entry) => entry !== expected);
            expect(queue.take()).toBe(expected?.id ?? null);
          }
          expect(queue.size).toBe(waiting.length);
          expect(queue.entries()).toEqual(waiting);
        }
      }),
    );
  });

  it('takes whoever waits within a bounded number of turns, however many more urgent ones keep coming', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), fc.nat({ max: 20 }), fc.integer({ min: 1, max: 3 }), (patience, before, arrivals) => {
        const queue = new UrgencyQueue(patience);
        for (let index = 0; index < before; index += 1) queue.add(`before-${index}`, index % 4, 0);
        queue.add('patient', 0, 0);
        const taken: (string | null)[] = [];
        while (taken.length < (before + 1) * (patience + 1)) {
          for (let index = 0; index < arrivals; index += 1) queue.add(`urgent-${taken.length}-${index}`, 1_000 + taken.length, 0);
          taken.push(queue.take());
        }
        expect(taken).toContain('patient');
      }),
    );
  });

  it('keeps nothing of those that are gone, however long somebody waits who asked before them', () => {
    setFlagsFromString('--expose-gc');
    const heapBytes = () => {
      runInNewContext('gc')();
      return process.memoryUsage().heapUsed;
    };
    const queue = new UrgencyQueue(100);
    queue.add('first', 0, 0);
    const before = heapBytes();
    for (let index = 0; index < 500_000; index += 1) {
      queue.add(`x${index}`, index % 3, 0);
      queue.remove(`x${index}`);
    }
    // Each of them took 112 bytes while it was kept.
    expect(heapBytes() - before).toBeLessThan(10_000_000);
    expect(queue.size).toBe(1);
  });

  it('treats ids that models might write as plain ids', () => {
    const queue = new UrgencyQueue(10);
    for (const id of ['__proto__', 'constructor', '', '../x', 'x'.repeat(100_000)]) queue.add(id, 0, 0);
    queue.remove('constructor');
    queue.remove('toString');
    expect([queue.take(), queue.take(), queue.take()]).toEqual(['__proto__', '', '../x']);
  });
});
