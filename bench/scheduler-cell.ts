import { ListScheduler } from './list-schedule.js';
import { makespanBounds } from './makespan-bounds.js';
import { firstComeFirstServed, levelByLevel, waveByWave } from './rival-schedules.js';
import { makespanOf } from './schedule.js';
import { SeededRandom } from './seeded-random.js';
import { simulateRun, type TimedTask } from './simulate-run.js';
import { type Family, generateTaskGraph } from './task-graph-families.js';
import { timedGraph } from './timed-graph.js';

export const SLOTS = 10;
export const GRAPHS = 200;
const RANDOM_SCHEDULES = 1_000;
export const SIZES = [50, 200, 1_000] as const;
/** How far an estimate may be off, as a share of how long a task takes. */
const ESTIMATE_ERROR = 0.2;

/** How long tasks take: log-normal with σ 0.8 and median 1, or uniform from 1 to 3. */
export const DURATIONS = {
  'log-normal': (random: SeededRandom) => Math.exp(0.8 * random.normal()),
  uniform: (random: SeededRandom) => random.uniform(1, 3),
} as const;
export type DurationKind = keyof typeof DURATIONS;

/** One family of graphs of one size with one kind of durations. */
export interface Cell {
  readonly durations: DurationKind;
  readonly family: Family;
  readonly size: number;
}

/** Makespans of one graph, all of the same tasks on the same slots. */
export interface Makespans {
  readonly ours: number;
  readonly firstCome: number;
  readonly levels: number;
  readonly waves: number;
  /** The shortest of the randomised list schedules. */
  readonly bestRandom: number;
  readonly criticalPath: number;
  readonly plainBound: number;
  readonly rampedBound: number;
}

/** The tasks of one graph of a cell; the same for the same seed. */
export function timedTasks({ durations, family, size }: Cell, seed: number): readonly TimedTask[] {
  const random = new SeededRandom('times', durations, family, size, seed);
  return generateTaskGraph(family, size, seed).map((node) => {
    const duration = DURATIONS[durations](random);
    return { ...node, duration, estimate: duration * random.uniform(1 - ESTIMATE_ERROR, 1 + ESTIMATE_ERROR) };
  });
}

/** Schedules one graph of a cell in every way. */
export function compareSchedules(cell: Cell, seed: number): Makespans {
  const tasks = timedTasks(cell, seed);
  const bounds = makespanBounds(tasks, SLOTS);
  return {
    ours: makespanOf(simulateRun(tasks, SLOTS)),
    firstCome: makespanOf(firstComeFirstServed(tasks, SLOTS)),
    levels: makespanOf(levelByLevel(tasks, SLOTS)),
    waves: makespanOf(waveByWave(tasks, SLOTS)),
    bestRandom: bestOfRandom(tasks, new SeededRandom('schedules', cell.durations, cell.family, cell.size, seed)),
    criticalPath: bounds.criticalPath,
    plainBound: bounds.plain,
    rampedBound: bounds.ramped,
  };
}

/** The shortest of list schedules whose priorities are drawn at random. */
function bestOfRandom(tasks: readonly TimedTask[], random: SeededRandom): number {
  const graph = timedGraph(
    tasks,
    tasks.map(({ duration }) => duration),
  );
  const scheduler = new ListScheduler(graph, SLOTS);
  const priorities = new Float64Array(tasks.length);
  let best = Infinity;
  for (let schedule = 0; schedule < RANDOM_SCHEDULES; schedule += 1) {
    for (let position = 0; position < priorities.length; position += 1) priorities[position] = random.next();
    best = Math.min(best, scheduler.makespan(priorities));
  }
  return best;
}
