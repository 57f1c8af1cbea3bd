import type { Benchmark, Table } from './benchmark.js';
import { buildAndSort } from './build-and-sort.js';
import { GRAPH_PEERS } from './graph-peers.js';
import { chain } from './measured-graphs.js';
import { millisecondsSince } from './milliseconds-since.js';

/** Long enough for recursion to overflow, short enough for the slowest peer. */
const LENGTH = 100_000;

/** What becomes of the peers on a long chain; nothing is promised of them. */
export const showPeersOnChain: Benchmark = async (progress) => {
  progress(`peers on a chain of ${LENGTH.toLocaleString('en-US')}`);
  // Given last to first, so that whoever recurses does so from one end to the other.
  const nodes = chain(LENGTH).toReversed();
  const rows = [{ name: 'kamachiq', sort: buildAndSort }, ...GRAPH_PEERS].map(({ name, sort }) => {
    const start = process.hrtime.bigint();
    try {
      const sorted = sort(nodes);
      const right = sorted.length === LENGTH && sorted[0] === nodes.at(-1)!.id;
      return [name, right ? `${millisecondsSince(start).toFixed(0)} ms` : 'wrong answer'];
    } catch (error) {
      return [name, error instanceof RangeError ? 'overflows the stack' : String(error).slice(0, 60)];
    }
  });
  const table: Table = {
    title: `A chain of ${LENGTH.toLocaleString('en-US')} given last to first, built and sorted once`,
    rows: [['', 'result'], ...rows],
  };
  return { tables: [table], targets: [] };
};
