import './quiet-runtime.js';
import { NativeConnection } from '@temporalio/worker';
import { ScriptedModel } from '../../src/testing/scripted-model.js';
import { createAgentWorker } from '../../src/worker/create-agent-worker.js';
import { FilesystemArtifactStore } from '../../src/worker/filesystem-artifact-store.js';
import { LoggedRunner } from './logged-runner.js';

/* A process that runs agents until it is ended: `agents-child ADDRESS QUEUE FOLDER SLOTS`. */

const [address, taskQueue, folder, slots] = process.argv.slice(2) as [string, string, string, string];
const worker = await createAgentWorker(
  {
    model: new ScriptedModel(() => 'nothing'),
    sandbox: {
      specificationVersion: 1,
      id: 'none/1',
      languages: ['text'],
      doRun: async () => {
        throw new Error('Expected nobody to run anything.');
      },
    },
    artifacts: new FilesystemArtifactStore(`${folder}/artifacts`),
    runner: new LoggedRunner(folder, 'child'),
  },
  { connection: await NativeConnection.connect({ address }), taskQueue, slots: Number(slots) },
);
await worker.run();
