/** A thread that schedules the graphs of cells; told `{cell, seeds}`, answers the makespans of each. */
import { parentPort } from 'node:worker_threads';
import { type Cell, compareSchedules } from './scheduler-cell.js';

parentPort!.on('message', ({ cell, seeds }: { readonly cell: Cell; readonly seeds: readonly number[] }) => {
  parentPort!.postMessage(seeds.map((seed) => compareSchedules(cell, seed)));
});
