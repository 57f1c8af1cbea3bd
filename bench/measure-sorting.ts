import { atLeast, atMost, type Benchmark, type Target } from './benchmark.js';
import { buildAndSort } from './build-and-sort.js';
import { GRAPH_PEERS } from './graph-peers.js';
import { type Contender, measureRounds } from './measure-rounds.js';
import { measuredGraph } from './measured-graphs.js';
import { sortOnTheFloor } from './structure-floor.js';

const SIZES = [
  { size: 1_000, rounds: 21, repetitions: 10 },
  { size: 10_000, rounds: 15, repetitions: 1 },
  { size: 100_000, rounds: 7, repetitions: 1 },
] as const;
const FLOOR = 'floor';
const OURS = 'kamachiq';

/** Building, checking and sorting a graph, beside a floor and the peers. */
export const measureSorting: Benchmark = async (progress) => {
  const rows = [['build, check, sort', FLOOR, OURS, ...GRAPH_PEERS.map(({ name }) => name)]];
  const targets: Target[] = [];
  for (const { size, rounds, repetitions } of SIZES) {
    progress(`building and sorting ${size.toLocaleString('en-US')} tasks, ${rounds} rounds`);
    const nodes = measuredGraph(size);
    const contenders: Contender[] = [
      { name: FLOOR, run: () => sortOnTheFloor(nodes) },
      { name: OURS, run: () => buildAndSort(nodes) },
      ...GRAPH_PEERS.map(({ name, sort }) => ({ name, run: () => sort(nodes) })),
    ];
    const times = measureRounds(contenders, { rounds, repetitions });
    rows.push([`${size.toLocaleString('en-US')} tasks, ms`, ...contenders.map(({ name }) => times.median(name).toPrecision(3))]);
    rows.push(['  times the floor', ...contenders.map(({ name }) => times.ratio(name, FLOOR).toFixed(2))]);
    targets.push(atMost(`sort ${size}: times the floor`, times.ratio(OURS, FLOOR), 3));
    for (const { name } of GRAPH_PEERS) {
      targets.push(atLeast(`sort ${size}: ${name} takes times as long`, times.ratio(name, OURS), name.includes('graphlib') ? 10 : 1));
    }
  }
  return { tables: [{ title: 'Build, check and sort, medians of rounds in turns', rows }], targets };
};
