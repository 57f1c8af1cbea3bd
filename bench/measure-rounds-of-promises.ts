import { RoundTimes } from './measure-rounds.js';
import { millisecondsSince } from './milliseconds-since.js';

/** One of several that do the same job, which is done when its promise is kept. */
export interface PromisingContender {
  readonly name: string;
  readonly run: () => Promise<unknown>;
}

/**
 * Measures contenders in turns, as `measureRounds` does: once for warming up, then in rounds that each begin with another one, after a collection of
 * garbage where Node runs with `--expose-gc`.
 */
export async function measureRoundsOfPromises(contenders: readonly PromisingContender[], rounds: number): Promise<RoundTimes> {
  const milliseconds = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (const { run } of contenders) await run();
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const { name, run } = contenders[(round + turn) % contenders.length]!;
      globalThis.gc?.();
      const start = process.hrtime.bigint();
      await run();
      milliseconds.get(name)!.push(millisecondsSince(start));
    }
  }
  return new RoundTimes(milliseconds);
}
