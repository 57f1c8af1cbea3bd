import { atMost, type Table, type Target } from './benchmark.js';
import { type CarriedOut, carryOutTasks, type Orchestrator } from './carry-out-tasks.js';
import { median } from './median.js';
import type { OrchestrationServer } from './orchestration-server.js';

/** How many tasks, how often, and whether all ways are measured or the floor and ours alone. */
const SIZES = [
  { size: 100, rounds: 5, all: true },
  { size: 1_000, rounds: 3, all: false },
] as const;
const WARM_UP = 100;

const FLOOR = 'floor: the same two activities';
const OURS = 'kamachiq';

/** Ours beside the floor in turns, with the same activities that do nothing, and what else there could be. */
export async function measureOverhead(
  server: OrchestrationServer,
  progress: (line: string) => void,
): Promise<{ readonly tables: readonly Table[]; readonly targets: readonly Target[]; readonly perTask: ReadonlyMap<number, readonly CarriedOut[]> }> {
  const floor = await server.addWorker('floor-workflows');
  const ours = await server.addWorker('host-workflows');
  const leased = await server.addWorker('leased-workflows');
  const pluggedIn = await server.addWorker('host-workflows', 'plugged-in');
  await server.client.workflow.start('AgentPoolWorkflow', { workflowId: 'pool-of-the-benchmark', taskQueue: leased, args: [{ slots: 10 }] });
  const compared: readonly Orchestrator[] = [
    { name: FLOOR, taskQueue: floor, child: 'FloorTask' },
    { name: OURS, taskQueue: ours, child: null },
  ];
  const others: readonly Orchestrator[] = [
    { name: 'kamachiq, leases of the shared pool', taskQueue: leased, child: null },
    { name: 'kamachiq, real activities and a store in a folder', taskQueue: pluggedIn, child: null },
    { name: 'barest floor: one activity', taskQueue: floor, child: 'BarestTask' },
    { name: 'floor: both activities in one', taskQueue: floor, child: 'MergedTask' },
    { name: 'floor: the review a local activity', taskQueue: floor, child: 'LocalReviewTask' },
    { name: 'floor: both local activities', taskQueue: floor, child: 'LocalTask' },
  ];
  const tables: Table[] = [];
  const targets: Target[] = [];
  const perTask = new Map<number, readonly CarriedOut[]>();
  for (const orchestrator of [...compared, ...others]) {
    progress(`warming up: ${orchestrator.name}`);
    await carryOutTasks(server, orchestrator, { count: WARM_UP });
  }
  for (const { size, rounds, all } of SIZES) {
    const orchestrators = all ? [...compared, ...others] : compared;
    const runs = new Map<string, CarriedOut[]>(orchestrators.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (let turn = 0; turn < orchestrators.length; turn += 1) {
        const orchestrator = orchestrators[(round + turn) % orchestrators.length]!;
        progress(`${size.toLocaleString('en-US')} tasks, round ${round + 1} of ${rounds}: ${orchestrator.name}`);
        runs.get(orchestrator.name)!.push(await carryOutTasks(server, orchestrator, { count: size }));
      }
    }
    tables.push(describeRuns(size, rounds, runs));
    targets.push(...targetsOf(size, runs));
    perTask.set(size, runs.get(OURS)!);
  }
  for (const taskQueue of [floor, ours, leased, pluggedIn]) await server.removeWorker(taskQueue);
  return { tables, targets, perTask };
}

type Runs = ReadonlyMap<string, readonly CarriedOut[]>;

const eventsOf = ({ parent, children }: CarriedOut) => parent.events + children.events;

/** The middle of the ratios of each round. */
function overFloor(runs: Runs, name: string, of: (run: CarriedOut) => number): number {
  const floor = runs.get(FLOOR)!;
  return median(runs.get(name)!.map((run, round) => of(run) / of(floor[round]!)));
}

function targetsOf(size: number, runs: Runs): readonly Target[] {
  const tasks = `${size} tasks`;
  const ours = runs.get(OURS)!;
  return [
    atMost(
      `${tasks}: wall time over the floor's`,
      overFloor(runs, OURS, ({ wallMilliseconds }) => wallMilliseconds),
      1.15,
    ),
    atMost(`${tasks}: server events over the floor's`, overFloor(runs, OURS, eventsOf), 1.1),
    atMost(
      `${tasks}: worker CPU over the floor's`,
      overFloor(runs, OURS, ({ cpuMilliseconds }) => cpuMilliseconds),
      1.2,
    ),
    atMost(`${tasks}: events of the parent a task`, Math.max(...ours.map(({ parent }) => parent.events)) / size, 10),
    atMost(`${tasks}: bytes of the parent a task`, Math.max(...ours.map(({ parent }) => parent.bytes)) / size, 3_000),
  ];
}

function describeRuns(size: number, rounds: number, runs: Runs): Table {
  const columns: readonly (readonly [string, (run: CarriedOut) => number, number])[] = [
    ['wall ms', ({ wallMilliseconds }) => wallMilliseconds / size, 1],
    ['CPU ms', ({ cpuMilliseconds }) => cpuMilliseconds / size, 1],
    ['events', (run) => eventsOf(run) / size, 2],
    ['of the parent', ({ parent }) => parent.events / size, 2],
    ['bytes', ({ parent, children }) => (parent.bytes + children.bytes) / size, 0],
    ['of the parent', ({ parent }) => parent.bytes / size, 0],
  ];
  const ratios = (name: string) =>
    [({ wallMilliseconds }: CarriedOut) => wallMilliseconds, ({ cpuMilliseconds }: CarriedOut) => cpuMilliseconds, eventsOf].map((of) =>
      overFloor(runs, name, of).toFixed(2),
    );
  const rows = [...runs].map(([name, own]) => [name, ...columns.map(([, of, digits]) => median(own.map(of)).toFixed(digits)), ...ratios(name)]);
  return {
    title: `${size.toLocaleString('en-US')} tasks, 10 in flight, each task: medians of ${rounds} rounds in turns; last wall, CPU and events over the floor's`,
    rows: [['', ...columns.map(([name]) => name), 'wall ×', 'CPU ×', 'events ×'], ...rows],
  };
}
