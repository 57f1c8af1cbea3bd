import type { Benchmark, BenchmarkResult } from './benchmark.js';
import { measureFindings } from './measure-findings.js';
import { measureLargeShapes } from './measure-large-shapes.js';
import { measureMarking } from './measure-marking.js';
import { measureSorting } from './measure-sorting.js';
import { showPeersOnChain } from './show-peers-on-chain.js';

/** The graph beside a floor and its peers: building and sorting, going on from task to task, all findings, and the largest shapes. */
export const measureGraph: Benchmark = async (progress) => {
  const parts = [measureSorting, measureMarking, measureFindings, measureLargeShapes, showPeersOnChain];
  const results: BenchmarkResult[] = [];
  for (const part of parts) results.push(await part(progress));
  return { tables: results.flatMap(({ tables }) => tables), targets: results.flatMap(({ targets }) => targets) };
};
