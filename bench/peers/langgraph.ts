/** LangGraph: a graph of nodes, carried out step by step, each step kept in SQLite before the next begins. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Annotation, START, StateGraph } from '@langchain/langgraph';
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite';
import { readSqlitePersisted } from '../sqlite-persisted.js';
import type { PeerOrder, PeerTask } from './peer-orders.js';
import { type Peer, serveOrders } from './serve-orders.js';
import type { TaskWatch } from './task-watch.js';
import { versionOf } from './version-of.js';

const SYNCED = 'synced';
const AS_SHIPPED = 'as-shipped';

/** As small as it can be, for every step keeps all of it. */
const State = Annotation.Root({ ended: Annotation<number>({ reducer: (sum, more) => sum + more, default: () => 0 }) });

async function open(): Promise<Peer> {
  const folder = await mkdtemp(join(tmpdir(), 'kamachiq-langgraph-'));
  const pathOf = ({ way }: Pick<PeerOrder, 'way'>) => join(folder, `${way}.sqlite`);
  const savers = new Map([SYNCED, AS_SHIPPED].map((way) => [way, SqliteSaver.fromConnString(pathOf({ way }))]));
  for (const saver of savers.values()) saver.db.pragma('journal_mode = WAL');
  savers.get(SYNCED)!.db.pragma('synchronous = FULL');
  return {
    ways: [
      {
        id: SYNCED,
        name: 'LangGraph, SQLite',
        description: 'a node; every step, with what its nodes wrote, on disk before the next (durability sync, synchronous=FULL)',
      },
      {
        id: AS_SHIPPED,
        name: 'LangGraph, SQLite as it ships',
        description: 'the same, handed to the machine before the next step but on disk only later (synchronous=NORMAL)',
      },
    ],
    versions: {
      '@langchain/langgraph': versionOf('@langchain/langgraph'),
      '@langchain/langgraph-checkpoint-sqlite': versionOf('@langchain/langgraph-checkpoint-sqlite'),
      'better-sqlite3': versionOf('better-sqlite3'),
    },
    async prepare(order, watch) {
      const graph = buildGraph(order.tasks, watch).compile({ checkpointer: savers.get(order.way)! });
      const config = {
        configurable: { thread_id: randomUUID() },
        durability: 'sync',
        maxConcurrency: order.inFlight,
        recursionLimit: order.tasks.length + 1,
      } as const;
      return () => graph.invoke({ ended: 0 }, config);
    },
    readPersisted: async (order) => readSqlitePersisted(pathOf(order)),
    async close() {
      for (const saver of savers.values()) saver.db.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function buildGraph(tasks: readonly PeerTask[], watch: TaskWatch) {
  const graph = new StateGraph(State);
  const carryOut = async (id: string) => {
    await watch.carryOut(id);
    return { ended: 1 };
  };
  for (const { id } of tasks) graph.addNode(id, () => carryOut(id));
  // Its types know the nodes of a graph that is written down, not of one that is read.
  const edges = graph as unknown as { addEdge(from: string | string[], to: string): void };
  for (const { id, dependencies } of tasks) {
    if (dependencies.length === 0) edges.addEdge(START, id);
    else edges.addEdge(dependencies.length === 1 ? dependencies[0]! : [...dependencies], id);
  }
  return graph;
}

await serveOrders(open);
