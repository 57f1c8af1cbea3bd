import type { Benchmark, BenchmarkResult } from './benchmark.js';
import { measureLargeProjects } from './measure-large-projects.js';
import { measureOverhead } from './measure-overhead.js';
import { measurePeers } from './measure-peers.js';
import { measureWorkerMemory } from './measure-worker-memory.js';
import { measureWorkflowStarts } from './measure-workflow-starts.js';
import { OrchestrationServer } from './orchestration-server.js';

/** Carrying out projects on a real server, beside the least that a hand-written workflow on the SDK takes for the same tasks, then beside peers. */
export const measureOrchestration: Benchmark = async (progress) => {
  const { tables, targets } = await measureProjects(progress);
  const peers = await measurePeers(progress);
  return { tables: [...tables, ...peers.tables], targets, comparisons: peers.comparisons };
};

/** Beside peers alone. */
export const measureOrchestrationPeers: Benchmark = async (progress) => ({ ...(await measurePeers(progress)), targets: [] });

async function measureProjects(progress: (line: string) => void): Promise<BenchmarkResult> {
  const server = await OrchestrationServer.start();
  try {
    const starts = await measureWorkflowStarts(server, progress);
    const overhead = await measureOverhead(server, progress);
    const large = await measureLargeProjects(server, progress);
    const memory = await measureWorkerMemory(server, progress);
    return {
      tables: [...overhead.tables, large.table, starts.table, memory.table],
      targets: [...overhead.targets, ...large.targets, ...starts.targets, ...memory.targets],
    };
  } finally {
    await server.stop();
  }
}
