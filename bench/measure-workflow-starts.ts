import { randomUUID } from 'node:crypto';
import { atMost, type Table, type Target } from './benchmark.js';
import { median } from './median.js';
import type { OrchestrationServer } from './orchestration-server.js';

const STARTS = 200;
const ROUNDS = 7;
const AT_ONCE = 10;
const EMPTY = 'empty-workflows';
const OURS = 'host-workflows';

/** CPU of a worker for starting and ending an empty workflow: in a bundle with nothing else, and in one with all of ours. */
export async function measureWorkflowStarts(
  server: OrchestrationServer,
  progress: (line: string) => void,
): Promise<{ readonly table: Table; readonly targets: readonly Target[] }> {
  const modules = [EMPTY, OURS];
  const queues = new Map<string, string>();
  for (const name of modules) queues.set(name, await server.addWorker(name));
  const milliseconds = new Map<string, number[]>(modules.map((name) => [name, []]));
  for (const name of modules) await startEmptyWorkflows(server, queues.get(name)!);
  for (let round = 0; round < ROUNDS; round += 1) {
    progress(`${STARTS} starts of a workflow, round ${round + 1} of ${ROUNDS}`);
    for (const name of round % 2 === 0 ? modules : modules.toReversed()) {
      milliseconds.get(name)!.push((await startEmptyWorkflows(server, queues.get(name)!)) / STARTS);
    }
  }
  for (const taskQueue of queues.values()) await server.removeWorker(taskQueue);
  const [empty, ours] = [milliseconds.get(EMPTY)!, milliseconds.get(OURS)!];
  const ratio = median(ours.map((time, round) => time / empty[round]!));
  return {
    table: {
      title: `CPU of the worker for an empty workflow, from start to end: medians of ${ROUNDS} rounds of ${STARTS}`,
      rows: [
        ['', 'ms', 'bundle bytes'],
        ['a bundle with nothing else', median(empty).toFixed(2), String(await server.bundleBytes(EMPTY))],
        ['a bundle with our workflows', median(ours).toFixed(2), String(await server.bundleBytes(OURS))],
      ],
    },
    targets: [atMost('CPU of a start with our workflows over one without', ratio, 1.2)],
  };
}

/** @returns CPU milliseconds of the worker */
async function startEmptyWorkflows(server: OrchestrationServer, taskQueue: string): Promise<number> {
  const worker = server.worker(taskQueue);
  const before = await worker.usage();
  let left = STARTS;
  const start = async () => {
    while (left > 0) {
      left -= 1;
      await server.client.workflow.execute('EmptyWorkflow', { workflowId: `start-${randomUUID()}`, taskQueue });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, start));
  return (await worker.usage()).cpuMilliseconds - before.cpuMilliseconds;
}
