/** A worker in a process of its own, so that what it takes can be told from what the others take. Told by messages what to say. */
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createActivities, KamachiqPlugin } from 'kamachiq/worker';
import { NO_OP_ACTIVITIES, spawnAndEvaluate } from './no-op-activities.js';
import { noOpPorts } from './no-op-ports.js';
import type { WorkerOrder, WorkerSettings, WorkerUsage } from './worker-process.js';

const { address, taskQueue, codePath, storeFolder, isNoOp } = JSON.parse(process.argv[2]!) as WorkerSettings;
Runtime.install({ logger: new DefaultLogger('ERROR') });
const ports = noOpPorts(storeFolder);
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection,
  taskQueue,
  workflowBundle: { codePath },
  ...(isNoOp ? { activities: { ...createActivities(ports), ...NO_OP_ACTIVITIES, spawnAndEvaluate } } : { plugins: [new KamachiqPlugin(ports)] }),
});

function usage(): WorkerUsage {
  const { user, system } = process.cpuUsage();
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return { cpuMilliseconds: (user + system) / 1_000, residentBytes: rss, heapBytes: heapUsed };
}

const stop = () => {
  if (worker.getState() === 'RUNNING') worker.shutdown();
};
process.on('message', (order: WorkerOrder) => {
  if (order === 'tell') process.send!(usage());
  else stop();
});
process.on('disconnect', stop);
process.send!('ready');
await worker.run();
await connection.close();
process.disconnect?.();
