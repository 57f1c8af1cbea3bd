import { atMost, type Benchmark, type Target } from './benchmark.js';
import { measureRoundsOfPromises, type PromisingContender } from './measure-rounds-of-promises.js';
import { POOL_PEERS } from './pool-peers.js';
import { SeededRandom } from './seeded-random.js';
import { type Asking, serveByMinimalQueue, serveByPool } from './serve-all.js';

const SIZES = [
  { size: 1_000, rounds: 21 },
  { size: 10_000, rounds: 15 },
  { size: 100_000, rounds: 5 },
] as const;
const SLOTS = 10;
/** As many as there are lengths of a remaining path, to the minute. */
const URGENCIES = 1_000;
const FLOOR = 'minimal queue';
const OURS = 'kamachiq';

/** Serving many who ask with mixed priorities, beside the least that can do it and beside libraries that run jobs. */
export const measurePool: Benchmark = async (progress) => {
  const rows = [['ask and be served', FLOOR, OURS, ...POOL_PEERS.map(({ name }) => name)]];
  const targets: Target[] = [];
  for (const { size, rounds } of SIZES) {
    progress(`serving ${size.toLocaleString('en-US')} with mixed priorities, ${rounds} rounds`);
    const random = new SeededRandom('pool', size);
    const asking: readonly Asking[] = Array.from({ length: size }, (_, index) => ({ id: `task-${index}`, urgency: random.integer(1, URGENCIES) }));
    const contenders: readonly PromisingContender[] = [
      { name: FLOOR, run: async () => serveByMinimalQueue(asking, SLOTS) },
      { name: OURS, run: async () => serveByPool(asking, SLOTS) },
      ...POOL_PEERS.map(({ name, serve }) => ({ name, run: () => serve(asking, SLOTS) })),
    ];
    const times = await measureRoundsOfPromises(contenders, rounds);
    rows.push([`${size.toLocaleString('en-US')}, µs each`, ...contenders.map(({ name }) => ((times.median(name) * 1_000) / size).toPrecision(3))]);
    rows.push(['  times the minimal queue', ...contenders.map(({ name }) => times.ratio(name, FLOOR).toFixed(2))]);
    targets.push(atMost(`pool ${size}: times the minimal queue`, times.ratio(OURS, FLOOR), 2));
  }
  return { tables: [{ title: 'A pool of ten slots, medians of rounds in turns', rows }], targets };
};
