/** DBOS: workflows whose steps and children are rows in Postgres, each committed before the workflow goes on. */
import { randomUUID } from 'node:crypto';
import { DBOS, type WorkflowHandle } from '@dbos-inc/dbos-sdk';
import pg from 'pg';
import type { PeerTask, Persisted } from './peer-orders.js';
import { PostgresServer } from './postgres-server.js';
import { type Peer, serveOrders } from './serve-orders.js';
import { TaskWatch } from './task-watch.js';
import { versionOf } from './version-of.js';

const CHILDREN = 'children';
const STEPS = 'steps';
const QUEUE = 'tasks';
/** It looks into Postgres once a second where it is not told to look more often. */
const POLLING_MILLISECONDS = 10;

/** Of the order that is carried out. */
let watch = new TaskWatch(0);

const carryOutTask = DBOS.registerWorkflow(async (id: string) => watch.carryOut(id), { name: 'carryOutTask' });

/** A task starts as soon as those it waits for have ended, as its queue lets it. Which child ended first is kept, so that it can be done again. */
const carryOutByChildren = DBOS.registerWorkflow(
  async (projectId: string, tasks: readonly PeerTask[]) => {
    const waiting = new Map(tasks.map(({ id, dependencies }) => [id, new Set(dependencies)]));
    const started = new Map<string, { readonly id: string; readonly handle: WorkflowHandle<void> }>();
    while (waiting.size + started.size > 0) {
      for (const [id, dependencies] of waiting) {
        if (dependencies.size > 0) continue;
        waiting.delete(id);
        const workflowID = `${projectId}/${id}`;
        started.set(workflowID, { id, handle: await DBOS.startWorkflow(carryOutTask, { workflowID, queueName: QUEUE })(id) });
      }
      const handles = [...started.values()].map(({ handle }) => handle);
      const { workflowID } = await DBOS.waitFirst(handles, { pollingIntervalMs: POLLING_MILLISECONDS });
      const { id, handle } = started.get(workflowID)!;
      started.delete(workflowID);
      await handle.getResult();
      for (const dependencies of waiting.values()) dependencies.delete(id);
    }
  },
  { name: 'carryOutByChildren' },
);

/** Steps must start in an order that does not depend on which ends first: so many begin together, and the next when all of them have ended. */
const carryOutBySteps = DBOS.registerWorkflow(
  async (_projectId: string, tasks: readonly PeerTask[], inFlight: number) => {
    const ended = new Set<string>();
    for (let waiting = tasks; waiting.length > 0; ) {
      const wave = waiting.filter(({ dependencies }) => dependencies.every((dependency) => ended.has(dependency))).slice(0, inFlight);
      await Promise.all(wave.map(({ id }) => DBOS.runStep(() => watch.carryOut(id), { name: id })));
      for (const { id } of wave) ended.add(id);
      waiting = waiting.filter(({ id }) => !ended.has(id));
    }
  },
  { name: 'carryOutBySteps' },
);

async function open(): Promise<Peer> {
  const server = await PostgresServer.start();
  const client = new pg.Client({ connectionString: server.address.replace(/postgres$/, 'peer') });
  const close = async () => {
    if (DBOS.isInitialized()) await DBOS.shutdown();
    await client.end().catch(() => undefined);
    await server.stop();
  };
  try {
    DBOS.setConfig({ name: 'peer', systemDatabaseUrl: server.address.replace(/postgres$/, 'peer'), logLevel: 'error' });
    await DBOS.launch();
    await client.connect();
    const { server_version: postgres } = await firstRow<{ server_version: string }>(client, 'SHOW server_version');
    return {
      ways: [
        {
          id: CHILDREN,
          name: 'DBOS, Postgres: children',
          description: `a child workflow from a queue, looked at every ${POLLING_MILLISECONDS} ms; every commit on disk`,
        },
        {
          id: STEPS,
          name: 'DBOS, Postgres: steps',
          description: 'a step of one workflow, in waves, without a workflow of its own; every commit on disk',
        },
      ],
      versions: { '@dbos-inc/dbos-sdk': versionOf('@dbos-inc/dbos-sdk'), Postgres: postgres },
      async prepare(order, orderWatch) {
        watch = orderWatch;
        await DBOS.registerQueue(QUEUE, {
          workerConcurrency: order.inFlight,
          minPollingIntervalMs: POLLING_MILLISECONDS,
          onConflict: 'always_update',
        });
        const projectId = randomUUID();
        const carryOut = order.way === CHILDREN ? carryOutByChildren : carryOutBySteps;
        return async () => (await DBOS.startWorkflow(carryOut, { workflowID: projectId })(projectId, order.tasks, order.inFlight)).getResult();
      },
      readPersisted: () => readPersisted(client),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function readPersisted(client: pg.Client): Promise<Persisted> {
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  let rows = 0;
  for (const { name } of tables) rows += Number((await firstRow<{ count: string }>(client, `SELECT count(*) FROM ${name}`)).count);
  const { bytes } = await firstRow<{ bytes: string }>(client, 'SELECT pg_database_size(current_database()) AS bytes');
  return { rows, bytes: Number(bytes) };
}

const firstRow = async <Row extends pg.QueryResultRow>(client: pg.Client, sql: string): Promise<Row> => (await client.query<Row>(sql)).rows[0]!;

await serveOrders(open);
