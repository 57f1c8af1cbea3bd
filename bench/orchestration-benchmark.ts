import type { Benchmark } from './benchmark.js';
import { measureLargeProjects } from './measure-large-projects.js';
import { measureOverhead } from './measure-overhead.js';
import { measureWorkerMemory } from './measure-worker-memory.js';
import { measureWorkflowStarts } from './measure-workflow-starts.js';
import { OrchestrationServer } from './orchestration-server.js';

/** Carrying out projects on a real server, beside the least that a hand-written workflow on the SDK takes for the same tasks. */
export const measureOrchestration: Benchmark = async (progress) => {
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
};
