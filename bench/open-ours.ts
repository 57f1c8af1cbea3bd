import { setTimeout } from 'node:timers/promises';
import { carryOutTasks, type Orchestrator } from './carry-out-tasks.js';
import { type DurableContender, FAMILY, type OpenContenders } from './durable-contender.js';
import { OrchestrationServer } from './orchestration-server.js';
import { readSqlitePersisted } from './sqlite-persisted.js';

/** Name of ours among contenders. */
export const OURS = 'kamachiq, SQLite';

/** Name of the least that the same server takes. */
export const FLOOR = 'Temporal alone, SQLite';

/** The server still writes for a moment after a project has ended: closed workflows are made visible, tasks that were taken are deleted. */
const AFTERMATH_MILLISECONDS = 1_000;

/** Our project on a server with its histories on disk, with activities that do nothing; and what of that is the server's alone. */
export async function openOurs(): Promise<OpenContenders> {
  const server = await OrchestrationServer.start('on-disk');
  const close = () => server.stop();
  try {
    const versions = { 'Temporal server': await server.version() };
    const contend = (orchestrator: Orchestrator, description: string): DurableContender => ({
      name: orchestrator.name,
      description,
      versions,
      async carryOut(count) {
        const before = readSqlitePersisted(server.database);
        const { wallMilliseconds } = await carryOutTasks(server, orchestrator, { count, family: FAMILY });
        await setTimeout(AFTERMATH_MILLISECONDS);
        const after = readSqlitePersisted(server.database);
        return { wallMilliseconds, mostAtOnce: null, persisted: { rows: after.rows - before.rows, bytes: after.bytes - before.bytes } };
      },
    });
    const ours = { name: OURS, taskQueue: await server.addWorker('host-workflows'), child: null };
    const floor = { name: FLOOR, taskQueue: await server.addWorker('floor-workflows'), child: 'BarestTask' };
    const contenders = [
      contend(
        ours,
        'a child workflow with two activities, attempt and review; planned, compiled and reported on; every commit on disk (synchronous=FULL)',
      ),
      contend(floor, 'a child workflow with one activity, by a workflow written by hand; the same server'),
    ];
    return { contenders, missing: [], close };
  } catch (error) {
    await close();
    throw error;
  }
}
