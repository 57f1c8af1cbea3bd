import './quiet-runtime.js';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { AgentContext, AgentOutcome, AgentRequest } from 'kamachiq';
import { ScriptedModel } from 'kamachiq/testing';
import { FilesystemArtifactStore, FilesystemCallJournal, KamachiqPlugin } from 'kamachiq/worker';
import { LoggedRunner } from './logged-runner.js';
import { noSandbox } from './no-sandbox.js';
import { write } from './scripted-answers.js';

/*
 * A process of a host, with workflows, activities and agents, until it is ended: `host-child ADDRESS QUEUE FOLDER PLACE BUNDLE SLOTS`, where SLOTS are those
 * of its agents on a queue of their own, and empty where they run on the queue of their tasks.
 */

/** Asks its model once before it writes down that it begins, so that there is something to lose. */
class AskingRunner extends LoggedRunner {
  override async doRun(request: AgentRequest, context: AgentContext): Promise<AgentOutcome> {
    await context.model.generate({ messages: [{ role: 'user', text: request.task.description }], maxOutputTokens: 20 }, context.signal);
    return super.doRun(request, context);
  }
}

const [address, taskQueue, folder, place, codePath, slots] = process.argv.slice(2) as [string, string, string, string, string, string];
const ports = {
  model: new ScriptedModel((request) => write(request)),
  sandbox: noSandbox,
  artifacts: new FilesystemArtifactStore(`${folder}/artifacts`),
  journal: new FilesystemCallJournal(`${folder}/journal`),
  runner: new AskingRunner(folder, place),
};
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue,
  workflowBundle: { codePath },
  plugins: [new KamachiqPlugin(ports, { agents: slots === '' ? null : { slots: Number(slots) } })],
  // What is in the cache of a dead process is waited for no longer than that.
  stickyQueueScheduleToStartTimeout: '200 milliseconds',
});
await worker.run();
