import { median } from './median.js';

/** One of several that do the same job. */
export interface Contender {
  readonly name: string;
  /** Does the job once; what it answers keeps it from being optimised away. */
  readonly run: () => unknown;
}

/** The times of contenders that were measured in turns. */
export class RoundTimes {
  /** Milliseconds by contender, one for each round. */
  readonly #milliseconds: ReadonlyMap<string, readonly number[]>;

  constructor(milliseconds: ReadonlyMap<string, readonly number[]>) {
    this.#milliseconds = milliseconds;
  }

  /** Median, in milliseconds. */
  median(name: string): number {
    return median(this.#of(name));
  }

  /** Median over the rounds of how many times as long the one took as the other in the same round. */
  ratio(name: string, other: string): number {
    const others = this.#of(other);
    return median(this.#of(name).map((time, round) => time / others[round]!));
  }

  #of(name: string): readonly number[] {
    const times = this.#milliseconds.get(name);
    if (times === undefined) throw new Error(`${name} was not measured.`);
    return times;
  }
}

/**
 * Measures contenders in turns, so that whatever slows the machine down slows all of them. Each round begins with another one; the garbage of
 * one is collected before the next begins, where Node runs with `--expose-gc`.
 *
 * @param options - `repetitions`: how often a job is done for one figure, for jobs too short for the clock. `collects`: whether garbage is collected
 * before each; a collection also gives memory back that the next job must ask for again. True where it is absent.
 */
export function measureRounds(
  contenders: readonly Contender[],
  options: { readonly rounds: number; readonly repetitions: number; readonly collects?: boolean },
): RoundTimes {
  const { rounds, repetitions, collects = true } = options;
  const milliseconds = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) timeOf(contender, repetitions);
  for (const contender of contenders) timeOf(contender, repetitions);
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const contender = contenders[(round + turn) % contenders.length]!;
      if (collects) globalThis.gc?.();
      milliseconds.get(contender.name)!.push(timeOf(contender, repetitions));
    }
  }
  return new RoundTimes(milliseconds);
}

/** What contenders answered last; read by nobody. */
const lastAnswer: { value: unknown } = { value: null };

function timeOf({ run }: Contender, repetitions: number): number {
  const start = process.hrtime.bigint();
  for (let repetition = 0; repetition < repetitions; repetition += 1) lastAnswer.value = run();
  return Number(process.hrtime.bigint() - start) / 1e6 / repetitions;
}
