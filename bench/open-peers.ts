import { type DurableContender, FAMILY, type MissingContender, type OpenContenders } from './durable-contender.js';
import { installPeers, POSTGRES, SQLITE } from './install-peers.js';
import { graphTasksOf, IN_FLIGHT } from './orchestration-tasks.js';
import { PeerProcess } from './peer-process.js';

/** Programs in the folder of peers, each with the package that it can't do without. */
const PEERS = [
  { program: 'langgraph', name: 'LangGraph, SQLite', needs: SQLITE },
  { program: 'dbos', name: 'DBOS, Postgres', needs: POSTGRES },
] as const;

/** Installs and starts the peers that can be had here. */
export async function openPeers(progress: (line: string) => void): Promise<OpenContenders> {
  const processes: PeerProcess[] = [];
  const contenders: DurableContender[] = [];
  const missing: MissingContender[] = [];
  const unready = installPeers(progress);
  for (const { program, name, needs } of PEERS) {
    const lacking = ['npm ci', needs].find((part) => unready.has(part));
    if (lacking !== undefined) {
      missing.push({ name, why: `${lacking}: ${unready.get(lacking)}` });
      continue;
    }
    try {
      progress(`starting ${name}`);
      const { peer, description } = await PeerProcess.start(program);
      processes.push(peer);
      contenders.push(...contendersOf(peer, description));
    } catch (error) {
      missing.push({ name, why: `it did not start: ${(error as Error).message}` });
    }
  }
  return {
    contenders,
    missing,
    async close() {
      for (const peer of processes) await peer.stop();
    },
  };
}

const contendersOf = (
  peer: PeerProcess,
  { ways, versions }: Awaited<ReturnType<typeof PeerProcess.start>>['description'],
): readonly DurableContender[] =>
  ways.map(({ id, name, description }) => ({
    name,
    description,
    versions,
    carryOut: (count, holdMilliseconds) =>
      peer.carryOut({ way: id, tasks: graphTasksOf({ count, family: FAMILY }), inFlight: IN_FLIGHT, holdMilliseconds }),
  }));
