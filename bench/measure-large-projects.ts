import { atMost, type Table, type Target } from './benchmark.js';
import { type CarriedOut, carryOutTasks, type Orchestrator } from './carry-out-tasks.js';
import { median } from './median.js';
import type { OrchestrationServer } from './orchestration-server.js';

const SMALL = 100;
const LARGE = 5_000;
const SMALL_ROUNDS = 3;
const OUTPUT_CHARACTERS = 5_000_000;

/** A project of thousands beside small ones before and after it, and a task that hands 5 MB on: the whole plugin, with a store in a folder. */
export async function measureLargeProjects(
  server: OrchestrationServer,
  progress: (line: string) => void,
): Promise<{ readonly table: Table; readonly targets: readonly Target[] }> {
  const taskQueue = await server.addWorker('host-workflows', 'plugged-in');
  const ours: Orchestrator = { name: 'kamachiq', taskQueue, child: null };
  const small: CarriedOut[] = [];
  const measureSmall = async () => {
    for (let round = 0; round < SMALL_ROUNDS; round += 1) small.push(await carryOutTasks(server, ours, { count: SMALL }));
  };
  await carryOutTasks(server, ours, { count: SMALL });
  await measureSmall();
  progress(`one project of ${LARGE.toLocaleString('en-US')} tasks`);
  const large = await attempt(() => carryOutTasks(server, ours, { count: LARGE }));
  await measureSmall();
  progress('a task that makes a file of 5 MB');
  const heavy = await attempt(() => carryOutTasks(server, ours, { count: 2, characters: OUTPUT_CHARACTERS }));
  await server.removeWorker(taskQueue);
  const wallOf = ({ wallMilliseconds, tasks }: CarriedOut) => wallMilliseconds / tasks;
  const cpuOf = ({ cpuMilliseconds, tasks }: CarriedOut) => cpuMilliseconds / tasks;
  const grown = (of: (run: CarriedOut) => number) => (large.run === null ? Number.NaN : of(large.run) / median(small.map(of)));
  return {
    table: {
      title: 'Large projects, real activities and a store in a folder, each task',
      rows: [
        ['', 'wall ms', 'CPU ms', 'parent events', 'parent bytes', 'runs', 'most events of a run', 'most bytes of a run'],
        ...small.map((run) => describe(`${SMALL} tasks`, { run })),
        describe(`${LARGE.toLocaleString('en-US')} tasks`, large),
        describe('2 tasks, the first makes 5 MB', heavy),
      ],
    },
    targets: [
      atMost(`${LARGE} tasks: projects that did not finish`, large.run === null ? 1 : 0, 0),
      atMost('an output of 5 MB: projects that did not finish', heavy.run === null ? 1 : 0, 0),
      atMost(`${LARGE} tasks: most events of a run`, large.run?.largestRun.events ?? Number.NaN, 10_240),
      atMost(`${LARGE} tasks: most bytes of a run`, large.run?.largestRun.bytes ?? Number.NaN, 10_000_000),
      atMost(`wall time a task of ${LARGE} over that of ${SMALL}`, grown(wallOf), 1.2),
      atMost(`worker CPU a task of ${LARGE} over that of ${SMALL}`, grown(cpuOf), 1.2),
    ],
  };
}

type Attempted = { readonly run: CarriedOut } | { readonly run: null; readonly why: string };

/** What can't be carried out today is a target that does not hold, and says why. */
async function attempt(work: () => Promise<CarriedOut>): Promise<Attempted> {
  try {
    return { run: await work() };
  } catch (error) {
    return { run: null, why: error instanceof Error ? error.message : String(error) };
  }
}

function describe(name: string, attempted: Attempted): readonly string[] {
  if (attempted.run === null) return [`${name}: ${attempted.why.slice(0, 300)}`];
  const { wallMilliseconds, cpuMilliseconds, tasks, parent, runs, largestRun } = attempted.run;
  const each = (value: number, digits: number) => (value / tasks).toFixed(digits);
  return [
    name,
    each(wallMilliseconds, 1),
    each(cpuMilliseconds, 1),
    each(parent.events, 2),
    each(parent.bytes, 0),
    String(runs),
    largestRun.events.toLocaleString('en-US'),
    largestRun.bytes.toLocaleString('en-US'),
  ];
}
