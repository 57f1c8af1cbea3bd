import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { exportProject, KamachiqClient } from 'kamachiq/client';
import { loadProjectSpec } from 'kamachiq/spec';
import { openPorts } from './ports.js';
import { createWorkerWithActivities } from './worker-with-activities.js';
import { createWorkerWithPlugin } from './worker-with-plugin.js';
import type { greet } from './workflows.js';

const address = process.env.TEMPORAL_ADDRESS ?? '127.0.0.1:7233';
const taskQueue = 'hello';
const createWorker = process.argv.includes('--without-plugin') ? createWorkerWithActivities : createWorkerWithPlugin;

// Before anything is opened: a broken spec is refused here, with everything that is wrong with it.
const spec = await loadProjectSpec(fileURLToPath(new URL('../greeting.yaml', import.meta.url)));

const connection = await NativeConnection.connect({ address });
const clientConnection = await Connection.connect({ address });
const client = new Client({ connection: clientConnection });
const { ports, close } = await openPorts();
try {
  const worker = await createWorker(connection, taskQueue, ports);
  await worker.runUntil(async () => {
    const greeted = await client.workflow.execute<typeof greet>('greet', { taskQueue, workflowId: `greet-${Date.now()}`, args: ['Ada'] });
    console.log(`your workflow: ${greeted}`);

    const project = await new KamachiqClient(client, { taskQueue }).submit(spec);
    const result = await project.result();
    console.log(`your project: ${result.status}. ${result.reason}`);

    const { project: folder } = await exportProject(result, ports.artifacts, join('kamachiq-output', result.projectId));
    console.log(`written to ${folder}:\n\n${await readFile(join(folder, 'hello', 'greeting.py'), 'utf8')}`);
  });
} finally {
  await close();
  await clientConnection.close();
  await connection.close();
}
