import { atMost, type Benchmark, type Table, type Target } from './benchmark.js';
import { measureRealSchedules } from './measure-real-schedules.js';
import { scheduleInThreads } from './schedule-in-threads.js';
import { type Cell, DURATIONS, type DurationKind, GRAPHS, type Makespans, SIZES, SLOTS } from './scheduler-cell.js';
import { FAMILIES, type Family } from './task-graph-families.js';

const LIMIT = 1.01;

/** Makespans of simulated runs beside what no schedule can beat, and beside other ways to schedule the same tasks. */
export const measureScheduler: Benchmark = async (progress) => {
  const cells = (Object.keys(DURATIONS) as DurationKind[]).flatMap((durations) =>
    (Object.keys(FAMILIES) as Family[]).flatMap((family) => SIZES.map((size): Cell => ({ durations, family, size }))),
  );
  const real = await measureRealSchedules(progress);
  const answers = await scheduleInThreads(cells, GRAPHS, progress);
  const kinds = Object.keys(DURATIONS) as DurationKind[];
  return {
    tables: [...kinds.map((durations) => describeKind(durations, answers)), real.table],
    targets: [...kinds.flatMap((durations) => targetsOf(durations, answers)), ...real.targets],
  };
};

type Answers = ReadonlyMap<Cell, readonly Makespans[]>;

/** Log-normal times are held against the bound, uniform ones against the best of the randomised schedules. */
const PROMISES: Readonly<Record<DurationKind, { readonly beside: string; readonly ratio: (makespans: Makespans) => number }>> = {
  'log-normal': { beside: 'the bound', ratio: ({ ours, plainBound }) => ours / plainBound },
  uniform: { beside: 'the best of 1,000', ratio: ({ ours, bestRandom }) => ours / bestRandom },
};

function targetsOf(durations: DurationKind, answers: Answers): readonly Target[] {
  const { beside, ratio } = PROMISES[durations];
  const own = [...answers].filter(([cell]) => cell.durations === durations);
  return [
    ...own.map(([{ family, size }, all]) => atMost(`${durations}, ${family} ${size}: mean over ${beside}`, mean(all.map(ratio)), LIMIT)),
    atMost(`${durations}, all: mean over ${beside}`, mean(own.flatMap(([, all]) => all.map(ratio))), LIMIT),
  ];
}

const COLUMNS: readonly (readonly [string, (makespans: Makespans) => number])[] = [
  ['path is bound', ({ criticalPath, plainBound }) => (criticalPath === plainBound ? 1 : 0)],
  ['ours', ({ ours, plainBound }) => ours / plainBound],
  ['best of 1,000', ({ bestRandom, plainBound }) => bestRandom / plainBound],
  ['ramped bound', ({ rampedBound, plainBound }) => rampedBound / plainBound],
  ['FIFO', ({ firstCome, plainBound }) => firstCome / plainBound],
  ['levels', ({ levels, plainBound }) => levels / plainBound],
  ['waves of 10', ({ waves, plainBound }) => waves / plainBound],
  ['ours / best', ({ ours, bestRandom }) => ours / bestRandom],
];

function describeKind(durations: DurationKind, answers: Answers): Table {
  const rows = [...answers]
    .filter(([cell]) => cell.durations === durations)
    .map(([{ family, size }, all]) => [`${family} ${size}`, ...COLUMNS.map(([, ratio]) => mean(all.map(ratio)).toFixed(4))]);
  const title = `Makespan over max(critical path, work ÷ ${SLOTS}), ${durations} times: means of ${GRAPHS} graphs; first the share of those whose bound is the path`;
  return { title, rows: [['', ...COLUMNS.map(([name]) => name)], ...rows] };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
