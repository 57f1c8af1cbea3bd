import { randomUUID } from 'node:crypto';
import { TestingError } from '../testing-error.js';
import { choosePoints } from './choose-points.js';
import { CrashLane, type PointOccurrence } from './crash-lane.js';
import type { CrashProgram } from './crash-worker.js';
import { firstDifference } from './first-difference.js';

/** Where a run of a scenario takes place. @public */
export interface CrashPlace {
  /** Of the server, as `host:port`: for a client, who is not to be killed. */
  readonly address: string;
  /** The queue of the workers. Runs follow each other on it, so look for nothing by its name alone. */
  readonly taskQueue: string;
  /** Another one for every run: for ids of workflows. */
  readonly runId: string;
}

/** What is to come out the same wherever its worker dies. @public */
export interface CrashScenario {
  /** The worker, with its crash points around each effect on the world. Commits to the server need none. */
  readonly worker: CrashProgram;
  /**
   * Carries it out once, as a client does, and answers what must be the same, as plain JSON: without ids of the run, times, and what a crash may cost.
   * Throws where something is wrong in itself, as an effect that there was twice.
   */
  run(place: CrashPlace): Promise<unknown>;
}

/** @public */
export interface CrashOptions {
  /** Of a Temporal server, as `host:port`. */
  readonly address: string;
  /** How many of the points a worker is killed at, spread evenly; or some by name, to see again what failed. @defaultValue `all` */
  readonly points?: number | 'all' | readonly string[];
  /** Chooses among neighbouring points; another seed, other points. @defaultValue 0 */
  readonly seed?: number;
  /** Workers side by side. @defaultValue 4 */
  readonly lanes?: number;
  /** Longest time that a run may take, in milliseconds. @defaultValue 120,000 */
  readonly limitMilliseconds?: number;
  /** Told in a line what was done. @defaultValue nobody */
  readonly onProgress?: (line: string) => void;
}

/** A run that did not come out as it does undisturbed. @public */
export interface CrashFailure {
  /** Where the worker was killed. Example: `before RespondWorkflowTaskCompleted 3`. */
  readonly point: string;
  readonly problem: string;
}

/** @public */
export interface CrashOutcome {
  /** Points of an undisturbed run, by name. */
  readonly points: Readonly<Record<string, number>>;
  /** Runs with a kill, by the name of its point. */
  readonly killed: Readonly<Record<string, number>>;
  /** Points that their runs never came to, as races go: nothing was proven there. */
  readonly missed: readonly string[];
  readonly failures: readonly CrashFailure[];
}

/**
 * Kills a worker's process (`SIGKILL`) at one point after another, has another one take its place, and compares what comes out with what comes out undisturbed.
 *
 * Points are every commit to the server, of workflows and activities, before the server has it and before the worker hears of it, and every `crashPoint` in
 * the worker. An undisturbed run counts them; each run after that has one kill, at the n-th point of a name.
 *
 * A kill costs what the timeouts of its tasks are: shorten them where they are not what you test.
 *
 * @throws TestingError `testing.worker-ended` where a worker ends by itself in the undisturbed run, `testing.no-points` where that run commits nothing; and whatever
 * the scenario throws in it
 *
 * @public
 */
export async function crashAnywhere(scenario: CrashScenario, options: CrashOptions): Promise<CrashOutcome> {
  const { address, points: wanted = 'all', seed = 0, lanes: laneCount = 4, limitMilliseconds = 120_000, onProgress = () => undefined } = options;
  const lanes: CrashLane[] = [];
  const open = async () => {
    const lane = await CrashLane.open(scenario.worker, address);
    lanes.push(lane);
    return lane;
  };
  const run = (lane: CrashLane, target: PointOccurrence | null) =>
    lane.run(target, limitMilliseconds, async (taskQueue) => textOf(await scenario.run({ address, taskQueue, runId: randomUUID() })));
  try {
    const first = await open();
    const { came: expected, passed } = await run(first, null);
    if (passed.length === 0) {
      throw new TestingError(
        'testing.no-points',
        'Expected a run that commits something, got one whose worker did nothing.',
        'Run it on the task queue it is given.',
      );
    }
    const chosen = choose(passed, wanted, seed);
    onProgress(`${passed.length} points, ${chosen.length} chosen`);
    const killed: PointOccurrence[] = [];
    const missed: string[] = [];
    const failures: CrashFailure[] = [];
    const left = chosen.values();
    const workThrough = async (lane: CrashLane) => {
      for (const target of left) {
        const startedAt = Date.now();
        const point = describePoint(target);
        const problem = await run(lane, target).then(
          ({ came }) => firstDifference(expected, came),
          (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error)),
        );
        if (lane.hasKilled) killed.push(target);
        else missed.push(point);
        if (problem !== null) failures.push({ point, problem });
        const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1);
        const end = problem ?? (lane.hasKilled ? 'the same' : 'not reached');
        onProgress(`${killed.length + missed.length} of ${chosen.length}: ${point} (${seconds} s): ${end}`);
        if (problem !== null) await lane.renew();
      }
    };
    const others = await Promise.all(Array.from({ length: Math.max(0, Math.min(laneCount, chosen.length) - 1) }, open));
    await Promise.all([first, ...others].map(workThrough));
    return { points: countNames(passed), killed: countNames(killed), missed, failures };
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()));
  }
}

function choose(points: readonly PointOccurrence[], wanted: NonNullable<CrashOptions['points']>, seed: number): readonly PointOccurrence[] {
  if (wanted === 'all') return points;
  return typeof wanted === 'number' ? choosePoints(points, wanted, seed) : points.filter((point) => wanted.includes(describePoint(point)));
}

const describePoint = ({ name, occurrence }: PointOccurrence) => `${name} ${occurrence}`;

function countNames(points: readonly PointOccurrence[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { name } of points) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1)));
}

const textOf = (value: unknown) => JSON.stringify(value) ?? 'undefined';
