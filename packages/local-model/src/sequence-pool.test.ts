import { describe, expect, it } from 'vitest';
import { SequencePool } from './sequence-pool.js';

const never = new AbortController().signal;
const cancelled = () => new Error('cancelled');
const equal = () => 0;

describe('SequencePool', () => {
  it('lends the one of most worth, of equals the one that was idle longest', async () => {
    const pool = new SequencePool(['a', 'b', 'c']);
    expect(await pool.acquire((item) => (item === 'b' ? 1 : 0), never, cancelled)).toBe('b');
    expect(await pool.acquire(equal, never, cancelled)).toBe('a');
    pool.release('b');
    expect(await pool.acquire(equal, never, cancelled)).toBe('c');
  });

  it('serves waiters in the order they came, without those who left', async () => {
    const pool = new SequencePool(['only']);
    await pool.acquire(equal, never, cancelled);
    const served: string[] = [];
    const leaves = new AbortController();
    const wait = (name: string, signal = never) => pool.acquire(equal, signal, cancelled).then(() => served.push(name));
    const [first, second, third] = [wait('first'), wait('second', leaves.signal), wait('third')];
    leaves.abort();
    await expect(second).rejects.toThrow('cancelled');
    pool.release('only');
    await first;
    pool.release('only');
    await third;
    expect(served).toEqual(['first', 'third']);
    pool.release('only');
    expect(await pool.acquire(equal, never, cancelled)).toBe('only');
  });

  it('refuses whoever comes already cancelled, and turns waiters away when told', async () => {
    const pool = new SequencePool(['only']);
    await expect(pool.acquire(equal, AbortSignal.abort(), cancelled)).rejects.toThrow('cancelled');
    await pool.acquire(equal, never, cancelled);
    const waiting = pool.acquire(equal, never, cancelled);
    pool.refuseWaiters(new Error('closed'));
    await expect(waiting).rejects.toThrow('closed');
  });
});
