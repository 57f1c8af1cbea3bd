import { dirname, resolve } from 'node:path';
import { KamachiqError } from 'kamachiq';
import { exportProject } from 'kamachiq/client';
import { loadProjectSpec } from 'kamachiq/spec';
import { FilesystemArtifactStore } from 'kamachiq/worker';
import { NO_PROJECTS } from './budget-requests.js';
import { ask, connect, requireAddress, type ServerOptions } from './connect.js';
import { createPorts } from './create-ports.js';
import { startDevServer } from './dev-server.js';
import { followProject, resultOf } from './follow-project.js';
import { COLOURS, drawProject, NO_COLOURS } from './live-view.js';
import { plainJson, plainText } from './plain-text.js';
import { inPreparedFolder } from './prepare-folder.js';
import { startWorker } from './run-worker.js';
import { shownPath } from './shown-path.js';
import { aborted, untilInterrupted } from './until-interrupted.js';
import { usageError } from './usage-error.js';

const say = (line: string) => process.stdout.write(`${line}\n`);

/** `kamachiq dev`: a Temporal server on loopback until Ctrl-C. */
export async function dev(options: { readonly port: number; readonly uiPort: number; readonly data: string }): Promise<number> {
  const place = { databaseFile: resolve(options.data, 'temporal.db'), port: options.port, webPort: options.uiPort };
  const server = await inPreparedFolder(options.data, () => startDevServer(place));
  say(`Temporal server ${server.address}, Web UI ${server.webAddress}. Ctrl-C stops it.`);
  const { interrupted } = await untilInterrupted((signal) => Promise.race([aborted(signal), server.ended]));
  await server.stop();
  if (interrupted) return 0;
  throw usageError(
    'server-failed',
    `Expected the Temporal server on ${server.address} to run until Ctrl-C, got its end.`,
    'Free disk space and memory, and start it again.',
  );
}

/** `kamachiq worker`: carries out projects until Ctrl-C. */
export async function worker(options: ServerOptions & { readonly artifacts: string }): Promise<number> {
  requireAddress(options.address);
  return inPreparedFolder(options.artifacts, async () => {
    const { ports, close } = await createPorts({ artifactsFolder: resolve(options.artifacts) });
    try {
      const running = await startWorker({ ...options, ports });
      say(`worker on ${options.address}, queue ${options.taskQueue}, model ${ports.model.id}. Ctrl-C stops it.`);
      await untilInterrupted((signal) => Promise.race([aborted(signal), running.ended]));
      await running.stop();
      return 0;
    } finally {
      await close();
    }
  });
}

/** `kamachiq submit`: starts a project, and watches it with `--watch`. */
export async function submit(
  options: ServerOptions & { readonly projectSpec: string; readonly seed: number; readonly id?: string; readonly watch: boolean },
): Promise<number> {
  const spec = await loadProjectSpec(options.projectSpec);
  const opened = await connect(options);
  try {
    const handle = await opened.client.submit(spec, { seed: options.seed, ...(options.id === undefined ? {} : { projectId: options.id }) });
    say(handle.projectId);
    if (!options.watch) return 0;
    const { result } = await untilInterrupted((signal) => followProject(opened, handle, { output: process.stdout, signal }));
    if (result === null) return 0;
    say(`${result.status}: ${plainText(result.reason, 2_000)}`);
    return result.status === 'approved' ? 0 : 1;
  } finally {
    await opened.close();
  }
}

/** `kamachiq status`: where a project stands. */
export async function status(options: ServerOptions & { readonly json: boolean }, projectId: string): Promise<number> {
  const project = await ask(options, (client) => client.project(projectId).status());
  if (options.json) say(plainJson(project));
  else {
    // A file or a pipe has no edge at which lines end.
    const [width, colour] = process.stdout.isTTY ? [process.stdout.columns || 100, COLOURS] : [Number.POSITIVE_INFINITY, NO_COLOURS];
    for (const line of drawProject(project, Date.now(), width, colour)) say(line);
  }
  if (project.result !== null && !options.json) say(`${project.result.status}: ${plainText(project.result.reason, 2_000)}`);
  return 0;
}

/** `kamachiq cancel`: ends a project before its time. */
export async function cancel(options: ServerOptions, projectId: string): Promise<number> {
  await ask(options, async (client, temporal) => {
    const project = client.project(projectId);
    if (await project.hasEnded()) throw refusedToCancel('control.refused', 'The project has ended.', '`kamachiq status` shows how.');
    // The server cancels whatever has the id. Of what is a host's own it can't be told.
    const { type } = await temporal.workflow.getHandle(projectId).describe();
    if (NO_PROJECTS.has(type))
      throw refusedToCancel('client.wrong-kind', `Expected the id of a project, got that of ${type}.`, 'Pass the id of a project.');
    await project.cancel();
  });
  say(`asked to stop; \`kamachiq report ${plainText(projectId, 1_000)}\` writes what it made once it has ended`);
  return 0;
}

/** `kamachiq report`: writes a finished project's files and report into a folder. */
export async function report(options: ServerOptions & { readonly artifacts: string; readonly output?: string }, projectId: string): Promise<number> {
  const result = await ask(options, async (client) => {
    const project = client.project(projectId);
    // Its result would be waited for as long as it runs.
    if (!(await project.hasEnded())) throw stillRunning(projectId, (await project.status()).phase);
    return resultOf(project);
  });
  const folder = resolve(options.output ?? `kamachiq-output/${projectId.replace(/[^A-Za-z0-9._-]/g, '-')}`);
  const artifacts = new FilesystemArtifactStore(resolve(options.artifacts));
  const exported = await inPreparedFolder(dirname(folder), () => exportProject(result, artifacts, folder));
  say(`${result.status}: ${plainText(result.reason, 2_000)}`);
  say(`code    ${shownPath(exported.project)}`);
  say(`report  ${shownPath(exported.report.html)}`);
  return 0;
}

const refusedToCancel = (code: string, message: string, remedy: string) => new KamachiqError({ code, message, remedy });

const stillRunning = (projectId: string, phase: string) =>
  usageError(
    'still-running',
    `Expected ${projectId} to have ended, got one that is still ${phase}.`,
    'Its report is written when it ends; `kamachiq status` shows how far it is.',
  );
