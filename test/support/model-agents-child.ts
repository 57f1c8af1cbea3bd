import './quiet-runtime.js';
import { openAiCompatibleModel } from '@kamachiq/ai-sdk';
import { pythonProjects } from '@kamachiq/python';
import { pyodideSandbox } from '@kamachiq/sandbox';
import { NativeConnection } from '@temporalio/worker';
import { createAgentWorker, FilesystemArtifactStore, FilesystemCallJournal } from 'kamachiq/worker';

/*
 * A process that runs agents before a model server until it is ended: `model-agents-child ADDRESS QUEUE ARTIFACTS JOURNAL BASE-URL MODEL
 * CONTEXT-TOKENS`, where JOURNAL is empty for none.
 */

type Words = [string, string, string, string, string, string, string];
const [address, taskQueue, artifacts, journal, baseUrl, model, contextTokens] = process.argv.slice(2) as Words;
const worker = await createAgentWorker(
  {
    model: openAiCompatibleModel({ baseUrl, model, contextTokens: Number(contextTokens), answerPrefix: 'continue' }),
    sandbox: pyodideSandbox(),
    artifacts: new FilesystemArtifactStore(artifacts),
    ...(journal === '' ? {} : { journal: new FilesystemCallJournal(journal) }),
    ...pythonProjects(),
  },
  { connection: await NativeConnection.connect({ address }), taskQueue, slots: 1 },
);
await worker.run();
