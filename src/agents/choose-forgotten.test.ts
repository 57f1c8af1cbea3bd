import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseForgotten, type KeptNote } from './choose-forgotten.js';

const notes = fc
  .array(fc.record({ age: fc.nat({ max: 1_000 }), bytes: fc.nat({ max: 100 }), isLesson: fc.boolean() }), { maxLength: 60 })
  .map((list) => list.map(({ age, ...rest }, index): KeptNote => ({ ...rest, name: `n${index}`, writtenAt: new Date(age * 1_000).toISOString() })));
const limits = fc.record({ notes: fc.integer({ min: 1, max: 70 }), bytes: fc.integer({ min: 1, max: 5_000 }) });
const note = (name: string, second: number, isLesson = false): KeptNote => ({
  name,
  writtenAt: new Date(second * 1_000).toISOString(),
  bytes: 1,
  isLesson,
});

describe('chooseForgotten', () => {
  it('keeps the limits, forgets nothing within them, and never the newest', () => {
    fc.assert(
      fc.property(notes, limits, (kept, most) => {
        const forgotten = new Set(chooseForgotten(kept, most));
        const left = kept.filter(({ name }) => !forgotten.has(name));
        const bytes = left.reduce((sum, own) => sum + own.bytes, 0);
        if (left.length > 1) expect([left.length <= most.notes, bytes <= most.bytes]).toEqual([true, true]);
        const within = kept.length <= most.notes && kept.reduce((sum, own) => sum + own.bytes, 0) <= most.bytes;
        if (within) expect(forgotten.size).toBe(0);
        const newest = kept.reduce((latest, own) => (own.writtenAt > latest ? own.writtenAt : latest), '');
        if (kept.length > 0) expect(left.some(({ writtenAt }) => writtenAt === newest)).toBe(true);
        expect(chooseForgotten([...kept].reverse(), most)).toEqual([...forgotten]);
      }),
    );
  });

  it('forgets no lesson before a plain success that is as old or older', () => {
    fc.assert(
      fc.property(notes, limits, (kept, most) => {
        const forgotten = new Set(chooseForgotten(kept, most));
        const isNewest = (own: KeptNote) => kept.every(({ writtenAt }) => writtenAt <= own.writtenAt);
        for (const lesson of kept.filter(({ name, isLesson }) => isLesson && forgotten.has(name))) {
          const older = kept.filter((own) => !own.isLesson && own.writtenAt < lesson.writtenAt && !isNewest(own));
          for (const { name } of older) expect(forgotten.has(name)).toBe(true);
        }
      }),
    );
  });

  it('forgets the oldest first, lessons half as fast', () => {
    const kept = [note('old-lesson', 1, true), note('old', 2), note('middle', 3), note('recent', 4), note('new', 5)];
    expect(chooseForgotten(kept, { notes: 4, bytes: 100 })).toEqual(['old', 'old-lesson']);
    expect(chooseForgotten(kept, { notes: 5, bytes: 100 })).toEqual([]);
  });
});
