import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Cell, Makespans } from './scheduler-cell.js';

/** Seeds that a thread is given at a time. */
const SEEDS_AT_ONCE = 10;

/** Schedules so many graphs of each cell, on all processors; the answers are in the order of the seeds, whoever worked them out. */
export async function scheduleInThreads(
  cells: readonly Cell[],
  graphs: number,
  progress: (line: string) => void,
): Promise<ReadonlyMap<Cell, readonly Makespans[]>> {
  const jobs = cells.flatMap((cell) =>
    Array.from({ length: Math.ceil(graphs / SEEDS_AT_ONCE) }, (_, part) => ({
      cell,
      seeds: Array.from({ length: Math.min(SEEDS_AT_ONCE, graphs - part * SEEDS_AT_ONCE) }, (_, index) => part * SEEDS_AT_ONCE + index),
    })),
  );
  const answers = new Map<Cell, Makespans[]>(cells.map((cell) => [cell, []]));
  let next = 0;
  const work = async () => {
    const worker = new Worker(new URL('./scheduler-worker.ts', import.meta.url));
    try {
      for (let job = jobs[next]; job !== undefined; job = jobs[next]) {
        next += 1;
        worker.postMessage(job);
        const [makespans] = (await once(worker, 'message')) as [readonly Makespans[]];
        const known = answers.get(job.cell)!;
        for (const [index, seed] of job.seeds.entries()) known[seed] = makespans[index]!;
        if (job.seeds[0] === 0) progress(`${job.cell.durations} times, ${job.cell.family}, ${job.cell.size} tasks (${next} of ${jobs.length} parts)`);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), jobs.length) }, work));
  return answers;
}
