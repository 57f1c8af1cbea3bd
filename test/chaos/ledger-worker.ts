import '../support/quiet-runtime.js';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { crashPoint } from 'kamachiq/testing';

/* A worker that keeps accounts: `ledger-worker KIND ADDRESS QUEUE`, where a careless one pays what it may have paid before. */

const [kind, address, taskQueue] = process.argv.slice(2) as ['careful' | 'careless', string, string];
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue,
  workflowsPath: fileURLToPath(new URL('./ledger-workflows.ts', import.meta.url)),
  activities: {
    pay: async (folder: string, key: string) => {
      await crashPoint(`before ${key}`);
      if (kind === 'careless') await appendFile(join(folder, 'paid'), `${key}\n`);
      else await writeFile(join(folder, key), '');
      await crashPoint(`after ${key}`);
    },
  },
  stickyQueueScheduleToStartTimeout: '200 milliseconds',
});
await worker.run();
