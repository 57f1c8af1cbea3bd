/** A figure that was measured beside what was promised of it. */
export interface Target {
  readonly name: string;
  readonly value: number;
  /** The promise, as a comparison. Example: `<= 3`. */
  readonly target: string;
  readonly holds: boolean;
}

/** Cells of text, the first row being the heads of the columns. */
export interface Table {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
}

/** Somebody who was measured beside us, or ourselves; or why somebody was not. Nothing is promised of it. */
export type Comparison =
  | {
      readonly name: string;
      readonly versions: Readonly<Record<string, string>>;
      readonly tasks: number;
      readonly millisecondsATask: number;
      /** Its time over ours of the same round. */
      readonly timesOurs: number;
      readonly rowsATask: number;
      readonly bytesATask: number;
    }
  | { readonly name: string; readonly missing: string };

/** What a benchmark measured: tables for people, targets and comparisons for machines. */
export interface BenchmarkResult {
  readonly tables: readonly Table[];
  readonly targets: readonly Target[];
  readonly comparisons?: readonly Comparison[];
}

/** Measures; says on standard error how far it is. */
export type Benchmark = (progress: (line: string) => void) => Promise<BenchmarkResult>;

/** A promise of at most so much. */
export const atMost = (name: string, value: number, limit: number): Target => ({ name, value, target: `<= ${limit}`, holds: value <= limit });

/** A promise of at least so much. */
export const atLeast = (name: string, value: number, limit: number): Target => ({ name, value, target: `>= ${limit}`, holds: value >= limit });
