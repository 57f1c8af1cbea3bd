import { describe, expect, it } from 'vitest';
import { crashPoint, withCrashPoints } from './crash-point.js';

/** A port with state of its own, which only its own methods reach. */
class Counter {
  #count = 0;

  async doCount(by: number): Promise<number> {
    if (by < 0) throw new RangeError('It only counts up.');
    this.#count += by;
    return this.#count;
  }

  read(): number {
    return this.#count;
  }

  get twice(): number {
    return this.#count * 2;
  }
}

/* Nobody started this process to kill it: points must be passed as if they were not there. */
describe('a crash point in a process that nobody kills', () => {
  it('lets everything pass', async () => {
    await crashPoint('anywhere');
    const counter = withCrashPoints('counter', new Counter(), ['doCount']);
    expect(await counter.doCount(2)).toBe(2);
    expect(await counter.doCount(1)).toBe(3);
    expect([counter.read(), counter.twice]).toEqual([3, 6]);
    await expect(counter.doCount(-1)).rejects.toThrow('It only counts up.');
  });
});
