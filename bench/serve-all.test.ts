import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ServeAll, serveByMinimalQueue, serveByPool } from './serve-all.js';

describe.each<{ readonly name: string; readonly serve: ServeAll }>([
  { name: 'the minimal queue', serve: serveByMinimalQueue },
  { name: 'our pool', serve: serveByPool },
])('$name', ({ serve }) => {
  it('does the job that it is timed for', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 9 }), { maxLength: 100, size: 'max' }), fc.integer({ min: 1, max: 12 }), (urgencies, slots) => {
        const asking = urgencies.map((urgency, index) => ({ id: `${index}`, urgency }));
        const sorted = [...asking].sort((a, b) => b.urgency - a.urgency);
        expect(serve(asking, slots)).toEqual(sorted.map(({ id }) => id));
      }),
    );
  });
});
