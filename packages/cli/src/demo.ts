import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CheckOutcome, ProjectReport, ProjectSpec } from 'kamachiq';
import { type ExportedProject, exportProject } from 'kamachiq/client';
import { loadProjectSpec } from 'kamachiq/spec';
import type { ProjectResult } from 'kamachiq/workflow';
import { checkExported } from './acceptance.js';
import { connect } from './connect.js';
import { createPorts, type OpenPorts } from './create-ports.js';
import { describeOrigin } from './describe-origin.js';
import { type DevServer, startDevServer } from './dev-server.js';
import { describeDegradations } from './draw-control.js';
import { followProject } from './follow-project.js';
import { plainJson, plainText } from './plain-text.js';
import { prepareFolder } from './prepare-folder.js';
import { type RunningWorker, startWorker } from './run-worker.js';
import { shownPath } from './shown-path.js';
import { aborted, untilInterrupted } from './until-interrupted.js';
import { usageError } from './usage-error.js';

/** What `kamachiq demo` takes. */
export interface DemoOptions {
  readonly projectSpec: string;
  readonly seed: number;
  readonly output: string;
  readonly keep: boolean;
  readonly json: boolean;
}

/** Minutes that a person has in a demo before the safe default. */
const REVIEW_MINUTES = 10;
/** Nobody watches a run that only wants its last line. */
const UNATTENDED_REVIEW_MINUTES = 0.05;

const TASK_QUEUE = 'kamachiq';

/** Exit code of a run that a person ended. */
const INTERRUPTED = 130;

/**
 * Starts a Temporal dev server and a worker, submits a spec, shows it live, exports what was made, and executes the acceptance checks once
 * more on the exported files. Stops everything it started.
 *
 * @returns The exit code: 0 only when the project was approved and every acceptance check passes, 130 when it was interrupted before that.
 */
export async function demo(options: DemoOptions): Promise<number> {
  const spec = await loadProjectSpec(options.projectSpec);
  const say = options.json ? () => undefined : (line: string) => process.stdout.write(`${line}\n`);
  const { result } = await untilInterrupted((signal) =>
    runDemo(spec, options, say, signal).catch((error: unknown) => {
      if (signal.aborted) return INTERRUPTED;
      throw error;
    }),
  );
  return result;
}

async function runDemo(spec: ProjectSpec, options: DemoOptions, say: (line: string) => void, signal: AbortSignal): Promise<number> {
  const startedAt = Date.now();
  const closers: (() => Promise<unknown>)[] = [await prepareFolder(options.output)];
  const opening = async <Part>(part: Promise<Part>, close: (opened: Part) => Promise<unknown>): Promise<Part> => {
    const opened = await part;
    closers.unshift(() => close(opened));
    signal.throwIfAborted();
    return opened;
  };
  try {
    say('starting a Temporal server, its Web UI and a worker …');
    const scratch = await opening(mkdtemp(join(tmpdir(), 'kamachiq-demo-')), (folder) => rm(folder, { recursive: true, force: true }));
    const server = await opening(startDevServer({ databaseFile: join(scratch, 'temporal.db') }), ({ stop }) => stop());
    const opened = await opening(createPorts({ artifactsFolder: join(scratch, 'artifacts') }), ({ close }) => close());
    const place = { address: server.address, namespace: 'default', taskQueue: TASK_QUEUE };
    const worker = await opening(startWorker({ ...place, ports: opened.ports }), ({ stop }) => stop());
    const client = await opening(connect(place), ({ close }) => close());

    const reviewTimeoutMinutes = options.json || !process.stdout.isTTY ? UNATTENDED_REVIEW_MINUTES : REVIEW_MINUTES;
    const handle = await client.client.submit(spec, { seed: options.seed, reviewTimeoutMinutes });
    say(`model ${opened.ports.model.id}, sandbox ${opened.ports.sandbox.id}, seed ${options.seed}`);
    say(`Web UI ${server.webAddress}/namespaces/default/workflows/${handle.projectId}\n`);
    const output = options.json ? null : process.stdout;
    const result = await followProject(client, handle, { output, signal: AbortSignal.any([signal, whenEither(worker, server)]) });
    if (result !== null) return await conclude({ spec, options, startedAt, result, opened, server, say, signal });
    signal.throwIfAborted();
    throw stopped(await worker.ended.catch((error: unknown) => error));
  } finally {
    for (const close of closers) await close().catch((error: unknown) => process.stderr.write(`${plainText(String(error), 500)}\n`));
  }
}

/** Aborted when worker or server ends: nobody would ever answer. */
function whenEither(worker: RunningWorker, server: DevServer): AbortSignal {
  const over = new AbortController();
  const end = () => over.abort();
  worker.ended.then(end, end);
  void server.ended.then(async () => {
    await worker.stop();
    end();
  });
  return over.signal;
}

const stopped = (cause: unknown) =>
  usageError(
    'stopped',
    `Expected server and worker to run until the project ends, got ${cause instanceof Error ? cause.message : 'a server that ended'}.`,
    'Free disk space and memory, and start again.',
    cause,
  );

async function conclude(run: {
  readonly spec: ProjectSpec;
  readonly options: DemoOptions;
  readonly startedAt: number;
  readonly result: ProjectResult;
  readonly opened: OpenPorts;
  readonly server: DevServer;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}): Promise<number> {
  const { spec, options, startedAt, result, opened, server, say, signal } = run;
  const exported = await exportProject(result, opened.ports.artifacts, resolve(options.output, result.projectId));
  const report = JSON.parse(await readFile(exported.report.json, 'utf8')) as ProjectReport;
  const checks = await checkExported(spec, report, exported.project, opened.ports, signal);
  const failed = checks.filter(({ passed }) => !passed);
  const succeeded = result.status === 'approved' && failed.length === 0 && checks.length > 0;
  tellOutcome({ result, report, exported, checks, durationSeconds: (Date.now() - startedAt) / 1000 }, say);
  if (options.json) {
    const { tasks, spend } = result.metrics;
    const line = {
      status: result.status,
      durationSeconds: Math.round((Date.now() - startedAt) / 100) / 10,
      tasks: tasks.total,
      tokensSpent: spend.tokensSpent,
      budgetTotal: spend.budgetTotal,
      model: opened.ports.model.id,
      checks: { passed: checks.length - failed.length, failed: failed.length },
      report: exported.report.json,
    };
    process.stdout.write(`${plainJson(line)}\n`);
  }
  if (options.keep) {
    say(`\nServer and Web UI stay up: ${server.webAddress}. Ctrl-C stops them.`);
    await Promise.race([aborted(signal), server.ended]);
  }
  return succeeded ? 0 : 1;
}

function tellOutcome(
  outcome: {
    readonly result: ProjectResult;
    readonly report: ProjectReport;
    readonly exported: ExportedProject;
    readonly checks: readonly CheckOutcome[];
    readonly durationSeconds: number;
  },
  say: (line: string) => void,
): void {
  const { result, report, exported, checks, durationSeconds } = outcome;
  say(`\n${result.status}: ${plainText(result.reason, 2_000)}`);
  say('\nwho made what');
  const longest = Math.max(0, ...report.files.map(({ path }) => path.length));
  for (const { path, madeBy } of report.files) say(`  ${plainText(path, 200).padEnd(longest)}  ${describeOrigin(madeBy)}`);
  say('\nacceptance checks, run again on the exported files in a fresh sandbox');
  for (const { passed, description, seen } of checks) say(plainText(passed ? `  ✓ ${description}` : `  ✗ ${description}: it ${seen}`, 2_000));
  if (report.control !== undefined) {
    const less = describeDegradations(report.control);
    if (less.length > 0) say('\nwhat was degraded');
    for (const line of less) say(plainText(`  ${line}`, 2_000));
  }
  const { spend } = result.metrics;
  say(`\n${spend.tokensSpent} of ${spend.budgetTotal} tokens, ${durationSeconds.toFixed(1)} s`);
  say(`code    ${shownPath(exported.project)}`);
  say(`report  ${shownPath(exported.report.html)}`);
}
