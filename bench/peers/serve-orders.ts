import type { PeerAnswer, PeerDescription, PeerOrder, Persisted } from './peer-orders.js';
import { requireAllInOrder } from './require-all-in-order.js';
import { TaskWatch } from './task-watch.js';

/** A peer that can be measured. */
export interface Peer extends PeerDescription {
  /** Makes what one order takes ready, which is not timed; answers what carries it out. */
  prepare(order: PeerOrder, watch: TaskWatch): Promise<() => Promise<unknown>>;
  /** What its database holds now. */
  readPersisted(order: PeerOrder): Promise<Persisted>;
  close(): Promise<void>;
}

/** Opens a peer and carries out what the parent of this process orders, until that disconnects. */
export async function serveOrders(open: () => Promise<Peer>): Promise<void> {
  const disconnected = new Promise<void>((resolve) => process.once('disconnect', resolve));
  const tell = (answer: PeerAnswer) => process.connected && process.send!(answer);
  let peer: Peer;
  try {
    peer = await open();
  } catch (error) {
    tell({ problem: messageOf(error) });
    process.disconnect?.();
    return;
  }
  process.on('message', async (order: PeerOrder) => {
    try {
      tell({ run: await carryOut(peer, order) });
    } catch (error) {
      tell({ problem: messageOf(error) });
    }
  });
  tell({ ready: { ways: peer.ways, versions: peer.versions } });
  await disconnected;
  await peer.close();
  // What a peer left running would keep this process, and the benchmark waits for its end.
  process.exit();
}

async function carryOut(peer: Peer, order: PeerOrder) {
  const watch = new TaskWatch(order.holdMilliseconds);
  const run = await peer.prepare(order, watch);
  const before = await peer.readPersisted(order);
  const begun = performance.now();
  await run();
  const wallMilliseconds = performance.now() - begun;
  requireAllInOrder(order.tasks, watch.ended);
  const after = await peer.readPersisted(order);
  return { wallMilliseconds, mostAtOnce: watch.mostAtOnce, persisted: { rows: after.rows - before.rows, bytes: after.bytes - before.bytes } };
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error)) || 'It did not say why.';
