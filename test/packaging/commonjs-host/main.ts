import { join } from 'node:path';
import { localModel } from '@kamachiq/local-model';
import { pythonProjects } from '@kamachiq/python';
import { pyodideSandbox } from '@kamachiq/sandbox';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { KamachiqClient } from 'kamachiq/client';
import { loadProjectSpec } from 'kamachiq/spec';
import { createActivities, FilesystemArtifactStore } from 'kamachiq/worker';
import * as activities from './activities.js';
import type { greet } from './workflows.js';

const taskQueue = 'commonjs-host';

/** A host as CommonJS has them: everything arrives by `require`, the workflows as a bundle made ahead. */
async function main(): Promise<void> {
  const address = process.env.TEMPORAL_ADDRESS!;
  const workflowBundle = await bundleWorkflowCode({ workflowsPath: require.resolve('./workflows') });
  const connection = await NativeConnection.connect({ address });
  const clientConnection = await Connection.connect({ address });
  const client = new Client({ connection: clientConnection });
  const model = await localModel({ modelFile: process.env.KAMACHIQ_MODEL_FILE! });
  const sandbox = pyodideSandbox();
  const ports = {
    model,
    sandbox,
    artifacts: new FilesystemArtifactStore('.kamachiq/artifacts'),
    ...pythonProjects(),
  };
  const worker = await Worker.create({ connection, taskQueue, workflowBundle, activities: { ...activities, ...createActivities(ports) } });
  await worker.runUntil(async () => {
    const greeted = await client.workflow.execute<typeof greet>('greet', { taskQueue, workflowId: 'greet', args: ['Ada'] });
    const project = await new KamachiqClient(client, { taskQueue }).submit(await loadProjectSpec(join(__dirname, '..', 'greeting.yaml')));
    const { status, artifacts } = await project.result();
    console.log(JSON.stringify({ greeted, status, files: artifacts.map(({ path, madeBy }) => [path, madeBy.kind]) }));
  });
  await sandbox.doClose?.();
  await model.doClose();
  await clientConnection.close();
  await connection.close();
}

void main();
