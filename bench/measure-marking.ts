import { GraphRun } from 'kamachiq';
import { atMost, type Benchmark, type Target } from './benchmark.js';
import { drainRun } from './drain-run.js';
import { IncrementalFloor } from './incremental-floor.js';
import { measuredGraph } from './measured-graphs.js';
import { median } from './median.js';
import { millisecondsSince } from './milliseconds-since.js';
import { SeededRandom } from './seeded-random.js';
import type { GeneratedNode } from './task-graph-families.js';

const SIZES = [
  { size: 1_000, rounds: 31 },
  { size: 10_000, rounds: 21 },
  { size: 100_000, rounds: 15 },
] as const;

/** Marking every task started and done, one after the other, and getting what became ready, beside a floor that marks them done. */
export const measureMarking: Benchmark = async (progress) => {
  const rows = [['mark all, ready to settled', 'floor', 'kamachiq', 'times the floor', 'build of the run, ms']];
  const targets: Target[] = [];
  for (const { size, rounds } of SIZES) {
    progress(`marking ${size.toLocaleString('en-US')} tasks, ${rounds} rounds`);
    const nodes = measuredGraph(size);
    const random = new SeededRandom('durations', size);
    const durations = new Map(nodes.map(({ id }) => [id, random.uniform(1, 3)]));
    const durationOf = ({ id }: GeneratedNode) => durations.get(id)!;
    const samples = size < 10_000 ? 20 : 1;
    const [floor, ours, builds, ratios]: [number[], number[], number[], number[]] = [[], [], [], []];
    // Two rounds to warm up.
    for (let round = -2; round < rounds; round += 1) {
      const floors = Array.from({ length: samples }, () => new IncrementalFloor(nodes, durationOf));
      const start = process.hrtime.bigint();
      const runs = Array.from({ length: samples }, () => new GraphRun({ nodes }, { durationOf }));
      const build = millisecondsSince(start) / samples;
      const drains = [() => timeAll(floors, drainFloor), () => timeAll(runs, drainRun)];
      globalThis.gc?.();
      // Each goes first every other time.
      const first = Math.abs(round % 2);
      const times = [0, 0];
      for (const turn of [first, 1 - first]) times[turn] = drains[turn]!();
      if (round < 0) continue;
      floor.push(times[0]!);
      ours.push(times[1]!);
      builds.push(build);
      ratios.push(times[1]! / times[0]!);
    }
    rows.push([
      `${size.toLocaleString('en-US')} tasks, ms`,
      ...[floor, ours].map((all) => median(all).toPrecision(3)),
      median(ratios).toFixed(2),
      median(builds).toPrecision(3),
    ]);
    targets.push(atMost(`mark ${size}: times the floor`, median(ratios), 2));
  }
  return { tables: [{ title: 'Marking tasks done and getting what became ready, most urgent first', rows }], targets };
};

function drainFloor(floor: IncrementalFloor): number {
  const queue = [...floor.ready()];
  for (let taken = 0; taken < queue.length; taken += 1) {
    for (const next of floor.finish(queue[taken]!)) queue.push(next);
  }
  return queue.length;
}

/** Milliseconds that one took. */
function timeAll<Item>(items: readonly Item[], drain: (item: Item) => unknown): number {
  const start = process.hrtime.bigint();
  for (const item of items) drain(item);
  return millisecondsSince(start) / items.length;
}
