/** A scripted stand-in that the tests of the benchmark talk to: it keeps nothing, and its ways are to carry out, to refuse, and to die of it. */
import { serveOrders } from './serve-orders.js';

await serveOrders(async () => ({
  ways: ['carry out', 'skip', 'refuse', 'die'].map((id) => ({ id, name: id, description: '' })),
  versions: {},
  async prepare({ way, tasks }, watch) {
    if (way === 'refuse') throw new Error('Not today.');
    if (way === 'die') process.exit(3);
    return async () => {
      for (const { id } of way === 'skip' ? tasks.slice(1) : tasks) await watch.carryOut(id);
    };
  },
  readPersisted: async () => ({ rows: 0, bytes: 0 }),
  close: async () => undefined,
}));
