/** A worker in a process of its own, so that a test can kill it. Arguments: server address, task queue, folder of artifacts. */

import { localModel } from '@kamachiq/local-model';
import { docstringInstrument, pythonCommandLineTemplate, pythonTaskTemplates, ruffInstrument } from '@kamachiq/python';
import { pyodideSandbox } from '@kamachiq/sandbox';
import { NativeConnection, Worker } from '@temporalio/worker';
import { FilesystemArtifactStore, KamachiqPlugin } from 'kamachiq/worker';

const [address = '', taskQueue = '', folder = ''] = process.argv.slice(2);
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue,
  plugins: [
    new KamachiqPlugin({
      model: await localModel({ modelFile: process.env.KAMACHIQ_MODEL_FILE ?? '' }),
      sandbox: pyodideSandbox(),
      artifacts: new FilesystemArtifactStore(folder),
      taskTemplates: pythonTaskTemplates,
      projectTemplates: [pythonCommandLineTemplate],
      instruments: [ruffInstrument(), docstringInstrument()],
    }),
  ],
});
process.send?.('ready');
await worker.run();
