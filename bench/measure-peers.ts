import type { Comparison, Table } from './benchmark.js';
import type { DurableContender, DurableRun, MissingContender } from './durable-contender.js';
import { median } from './median.js';
import { FLOOR, OURS, openOurs } from './open-ours.js';
import { openPeers } from './open-peers.js';
import { IN_FLIGHT } from './orchestration-tasks.js';

/** How many tasks, how often, and whether what is the server's alone is measured too. */
const SIZES = [
  { size: 100, rounds: 3, floor: true },
  { size: 1_000, rounds: 3, floor: false },
] as const;
const WARM_UP = 100;
/** Tasks that end at once are never seen at work together. */
const HOLD_MILLISECONDS = 5;

/** Ours beside peers in turns on one graph, all of them with what they did on disk. A peer that fails is left out, and said why. */
export async function measurePeers(
  progress: (line: string) => void,
): Promise<{ readonly tables: readonly Table[]; readonly comparisons: readonly Comparison[] }> {
  const ours = await openOurs();
  try {
    const peers = await openPeers(progress);
    try {
      return await compare([...ours.contenders, ...peers.contenders], [...peers.missing], progress);
    } finally {
      await peers.close();
    }
  } finally {
    await ours.close();
  }
}

async function compare(contenders: readonly DurableContender[], missing: MissingContender[], progress: (line: string) => void) {
  let present = contenders;
  const turn = async ({ name, carryOut }: DurableContender, size: number, holdMilliseconds: number): Promise<DurableRun | null> => {
    try {
      return await carryOut(size, holdMilliseconds);
    } catch (error) {
      if (name === OURS || name === FLOOR) throw error;
      missing.push({ name, why: `${size} tasks: ${(error as Error).message}` });
      present = present.filter((other) => other.name !== name);
      return null;
    }
  };
  const mostAtOnce = new Map<string, number | null>();
  for (const contender of contenders) {
    progress(`warming up: ${contender.name}`);
    const run = await turn(contender, WARM_UP, HOLD_MILLISECONDS);
    if (run !== null) mostAtOnce.set(contender.name, run.mostAtOnce);
  }
  const tables: Table[] = [];
  const comparisons: Comparison[] = [];
  for (const { size, rounds, floor } of SIZES) {
    if (!floor) present = present.filter(({ name }) => name !== FLOOR);
    const runs = new Map<string, DurableRun[]>(present.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round += 1) {
      const before = present;
      for (let place = 0; place < before.length; place += 1) {
        const contender = before[(round + place) % before.length]!;
        progress(`${size.toLocaleString('en-US')} tasks in phases, round ${round + 1} of ${rounds}: ${contender.name}`);
        const run = await turn(contender, size, 0);
        if (run !== null) runs.get(contender.name)!.push(run);
      }
    }
    const compared = present.map((contender) => comparisonOf(contender, size, runs.get(contender.name)!, runs.get(OURS)!));
    comparisons.push(...compared);
    tables.push(describeComparisons(size, rounds, compared));
  }
  tables.push(describeContenders(contenders, mostAtOnce, missing));
  return { tables, comparisons: [...comparisons, ...missing.map(({ name, why }) => ({ name, missing: why }))] };
}

const wallOf = ({ wallMilliseconds }: DurableRun) => wallMilliseconds;

function comparisonOf({ name, versions }: DurableContender, tasks: number, own: readonly DurableRun[], ours: readonly DurableRun[]): Comparison {
  const eachOf = (of: (run: DurableRun) => number) => median(own.map(of)) / tasks;
  return {
    name,
    versions,
    tasks,
    millisecondsATask: eachOf(wallOf),
    timesOurs: median(own.map((run, round) => wallOf(run) / wallOf(ours[round]!))),
    rowsATask: eachOf(({ persisted }) => persisted.rows),
    bytesATask: eachOf(({ persisted }) => persisted.bytes),
  };
}

function describeComparisons(size: number, rounds: number, compared: readonly Comparison[]): Table {
  const rows = compared.flatMap((comparison) => {
    if ('missing' in comparison) return [];
    const { name, millisecondsATask, timesOurs, rowsATask, bytesATask } = comparison;
    return [[name, millisecondsATask.toFixed(2), timesOurs.toFixed(3), (1 / timesOurs).toFixed(1), rowsATask.toFixed(1), bytesATask.toFixed(0)]];
  });
  return {
    title: `${size.toLocaleString('en-US')} tasks in phases that do nothing, ${IN_FLIGHT} in flight, kept on disk, each task: medians of ${rounds} rounds in turns`,
    rows: [['', 'wall ms', 'wall × ours', 'ours × its', 'rows kept', 'bytes kept'], ...rows],
  };
}

function describeContenders(
  contenders: readonly DurableContender[],
  mostAtOnce: ReadonlyMap<string, number | null>,
  missing: readonly MissingContender[],
): Table {
  const rows = contenders.flatMap(({ name, versions, description }) => [
    [name, mostAtOnce.get(name)?.toString() ?? 'not seen'],
    [`  ${description}`],
    [`  ${Object.entries(versions).flat().join(' ')}`],
  ]);
  const absent = missing.flatMap(({ name, why }) => [[`${name}: NOT MEASURED`], [`  ${why}`]]);
  return { title: `What a task is to whom, and how many of ${HOLD_MILLISECONDS} ms were seen at once`, rows: [['', 'at once'], ...rows, ...absent] };
}
