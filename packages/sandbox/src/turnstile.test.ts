import { SandboxError } from 'kamachiq';
import { describe, expect, it } from 'vitest';
import { Turnstile } from './turnstile.js';

const never = new AbortController().signal;

/** Work that ends when it is told to. */
function workOf(log: string[], name: string) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const work = async () => {
    log.push(name);
    await promise;
    return name;
  };
  return { work, end: resolve };
}

describe('Turnstile', () => {
  it('lets through as many as there are places, and the rest in the order in which they came', async () => {
    const turnstile = new Turnstile(2);
    const log: string[] = [];
    const works = ['a', 'b', 'c', 'd'].map((name) => workOf(log, name));
    const results = works.map(({ work }) => turnstile.pass(work, never));
    await Promise.resolve();
    expect(log).toEqual(['a', 'b']);
    works[1]!.end();
    await results[1];
    await Promise.resolve();
    expect(log).toEqual(['a', 'b', 'c']);
    for (const { end } of works) end();
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd']);
    expect(log).toEqual(['a', 'b', 'c', 'd']);
  });

  it('gives its place back when the work fails, and none to one that was cancelled', async () => {
    const turnstile = new Turnstile(1);
    const log: string[] = [];
    const first = workOf(log, 'first');
    const running = turnstile.pass(first.work, never);
    const controller = new AbortController();
    const waiting = turnstile.pass(workOf(log, 'cancelled').work, controller.signal);
    const failing = turnstile.pass(() => Promise.reject(new Error('broken')), never);
    controller.abort();
    await expect(waiting).rejects.toBeInstanceOf(SandboxError);
    first.end();
    await running;
    await expect(failing).rejects.toThrow('broken');
    const last = workOf(log, 'last');
    last.end();
    expect(await turnstile.pass(last.work, never)).toBe('last');
    expect(log).toEqual(['first', 'last']);
  });
});
