import { DefaultLogger, Runtime } from '@temporalio/worker';
import { atMost, type Table, type Target } from './benchmark.js';
import { makespanBounds } from './makespan-bounds.js';
import { type RealRun, RealScheduler } from './real-scheduler.js';
import { SLOTS, timedTasks } from './scheduler-cell.js';
import { FAMILIES, type Family } from './task-graph-families.js';

const SIZE = 100;
const GRAPHS_PER_FAMILY = 5;
const LIMIT = 1.02;

/** The real project workflow on a server that skips time, with timers for tasks: makespan over the bound, and how many tasks are at work at once. */
export async function measureRealSchedules(
  progress: (line: string) => void,
): Promise<{ readonly table: Table; readonly targets: readonly Target[] }> {
  const server = process.env.KAMACHIQ_TIME_SKIPPING_SERVER;
  if (server === undefined || server === '') throw new Error('KAMACHIQ_TIME_SKIPPING_SERVER names no server; npm run bench gets one.');
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const scheduler = await RealScheduler.start(server);
  const runs: (RealRun & { readonly family: Family; readonly ratio: number })[] = [];
  try {
    for (const family of Object.keys(FAMILIES) as Family[]) {
      for (let seed = 0; seed < GRAPHS_PER_FAMILY; seed += 1) {
        const tasks = timedTasks({ durations: 'log-normal', family, size: SIZE }, seed);
        const run = await scheduler.run(tasks);
        runs.push({ ...run, family, ratio: run.makespan / makespanBounds(tasks, SLOTS).plain });
        progress(`real workflow, ${family}, graph ${seed + 1} of ${GRAPHS_PER_FAMILY}: ${runs.at(-1)!.ratio.toFixed(4)}`);
      }
    }
  } finally {
    await scheduler.stop();
  }
  const ratios = runs.map(({ ratio }) => ratio);
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  const mostAtWork = Math.max(...runs.map((run) => run.mostAtWork));
  return {
    table: {
      title: `The real workflow on a server that skips time, ${runs.length} graphs of ${SIZE} tasks: makespan over the bound`,
      rows: [['', 'ratio', 'at work at most'], ...runs.map((run) => [run.family, run.ratio.toFixed(4), String(run.mostAtWork)])],
    },
    targets: [
      atMost(`real workflow, ${runs.length} graphs of ${SIZE}: mean over the bound`, mean, LIMIT),
      atMost('real workflow: tasks at work at any event', mostAtWork, SLOTS),
    ],
  };
}
