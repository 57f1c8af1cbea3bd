import '../support/quiet-runtime.js';
import { NativeConnection, Worker } from '@temporalio/worker';
import { withCrashPoints } from 'kamachiq/testing';
import { FilesystemArtifactStore, FilesystemCallJournal, KamachiqPlugin } from 'kamachiq/worker';
import { noSandbox } from '../support/no-sandbox.js';
import { chaosScriptedModel } from './chaos-scripted-model.js';

/*
 * The worker that is killed: `chaos-worker FOLDER BUNDLE VERSION ADDRESS QUEUE`. Real store, real journal; a model that always says the same to the same.
 * VERSION is `current` or `earlier`: an earlier one makes none of the changes that workflow code asks for by `patched`, and keeps no workflow, so that others go on with
 * what it began and it with theirs.
 */

const [folder, codePath, version, address, taskQueue] = process.argv.slice(2) as [string, string, 'current' | 'earlier', string, string];
const ports = {
  model: withCrashPoints('model', chaosScriptedModel(), ['doGenerate']),
  sandbox: noSandbox,
  artifacts: withCrashPoints('store', new FilesystemArtifactStore(`${folder}/artifacts`), ['doPut']),
  journal: withCrashPoints('journal', new FilesystemCallJournal(`${folder}/journal`), ['doBegin', 'doOpen', 'doClose', 'doSeal']),
};
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue,
  workflowBundle: { codePath },
  plugins: [new KamachiqPlugin(ports)],
  // What is in the cache of a dead process is waited for no longer than that.
  stickyQueueScheduleToStartTimeout: '200 milliseconds',
  workflowThreadPoolSize: 1,
  ...(version === 'earlier' ? { patchActivationCallback: () => false, maxCachedWorkflows: 0 } : {}),
});
await worker.run();
