import type { Table, Target } from './benchmark.js';
import { atMost } from './benchmark.js';
import { carryOutTasks, type Orchestrator } from './carry-out-tasks.js';
import { leastLineSlope } from './least-line-slope.js';
import type { OrchestrationServer } from './orchestration-server.js';

const AT_ONCE = 10;
const TASKS_OF_EACH = 100;
const PROJECTS = 50;
const TASKS_OF_SMALL = 10;
/** Projects until a worker has what it keeps: code that is compiled, connections, caches. */
const WARM_UP = 10;

/** Ten projects at once, then one small project after the other: whether a worker keeps anything of those that have ended. */
export async function measureWorkerMemory(
  server: OrchestrationServer,
  progress: (line: string) => void,
): Promise<{ readonly table: Table; readonly targets: readonly Target[] }> {
  const taskQueue = await server.addWorker('host-workflows', 'plugged-in');
  const ours: Orchestrator = { name: 'kamachiq', taskQueue, child: null };
  const worker = server.worker(taskQueue);
  progress(`${AT_ONCE} projects of ${TASKS_OF_EACH} tasks at once`);
  const before = await worker.usage();
  const together = await Promise.allSettled(Array.from({ length: AT_ONCE }, () => carryOutTasks(server, ours, { count: TASKS_OF_EACH })));
  const after = await worker.usage();
  const completed = together.filter(({ status }) => status === 'fulfilled').length;
  const [resident, heap]: [number[], number[]] = [[], []];
  for (let project = 1; project <= WARM_UP + PROJECTS; project += 1) {
    await carryOutTasks(server, ours, { count: TASKS_OF_SMALL });
    const usage = await worker.usage();
    if (project <= WARM_UP) continue;
    resident.push(usage.residentBytes);
    heap.push(usage.heapBytes);
    if (project % 10 === 0) progress(`${project - WARM_UP} of ${PROJECTS} small projects, ${megabytes(usage.residentBytes)} MB`);
  }
  await server.removeWorker(taskQueue);
  const describe = (name: string, bytes: readonly number[]) => [
    name,
    megabytes(bytes[0]!),
    megabytes(bytes.at(-1)!),
    (leastLineSlope(bytes) / 1_000).toFixed(1),
  ];
  return {
    table: {
      title: `Memory of the worker over ${PROJECTS} projects of ${TASKS_OF_SMALL} tasks, one after the other, after ${AT_ONCE} of ${TASKS_OF_EACH} at once (MB before them ${megabytes(before.residentBytes)}, after ${megabytes(after.residentBytes)})`,
      rows: [
        ['', 'first, MB', 'last, MB', 'slope, kB a project'],
        describe('the process (resident)', resident),
        describe('heap of its main thread', heap),
      ],
    },
    targets: [atMost(`${AT_ONCE} projects of ${TASKS_OF_EACH} tasks at once: those that did not finish`, AT_ONCE - completed, 0)],
  };
}

const megabytes = (bytes: number) => (bytes / 1_000_000).toFixed(1);
