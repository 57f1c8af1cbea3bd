import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CheckOutcome, ProjectReport, ProjectSpec } from 'kamachiq';
import { type ExportedProject, exportProject, type ProjectHandle } from 'kamachiq/client';
import { loadProjectSpec } from 'kamachiq/spec';
import type { ProjectResult } from 'kamachiq/workflow';
import { checkExported } from './acceptance.js';
import { connect } from './connect.js';
import { createPorts, type OpenPorts } from './create-ports.js';
import { type DevServer, startDevServer } from './dev-server.js';
import { startWorker } from './run-worker.js';
import { aborted, untilInterrupted } from './until-interrupted.js';
import { watchProject } from './watch-project.js';

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

/**
 * Starts a Temporal dev server and a worker, submits a spec, shows it live, exports what was made, and executes the acceptance checks once
 * more on the exported files. Stops everything it started.
 *
 * @returns The exit code: 0 only when the project was approved and every acceptance check passes.
 */
export async function demo(options: DemoOptions): Promise<number> {
  const spec = await loadProjectSpec(options.projectSpec);
  const say = options.json ? () => undefined : (line: string) => process.stdout.write(`${line}\n`);
  const { result, interrupted } = await untilInterrupted((signal) => runDemo(spec, options, say, signal));
  return interrupted ? 130 : result;
}

async function runDemo(spec: ProjectSpec, options: DemoOptions, say: (line: string) => void, signal: AbortSignal): Promise<number> {
  const startedAt = Date.now();
  const scratch = await mkdtemp(join(tmpdir(), 'kamachiq-demo-'));
  const closers: (() => Promise<void>)[] = [() => rm(scratch, { recursive: true, force: true })];
  try {
    say('starting a Temporal server, its Web UI and a worker …');
    const server = await startDevServer({ databaseFile: join(scratch, 'temporal.db') });
    closers.unshift(() => server.stop());
    const opened = await createPorts({ artifactsFolder: join(scratch, 'artifacts') });
    closers.unshift(() => opened.close());
    const worker = await startWorker({ address: server.address, namespace: 'default', taskQueue: TASK_QUEUE, ports: opened.ports });
    closers.unshift(() => worker.stop());
    const { client, close } = await connect({ address: server.address, namespace: 'default', taskQueue: TASK_QUEUE });
    closers.unshift(close);

    const reviewTimeoutMinutes = options.json || !process.stdout.isTTY ? UNATTENDED_REVIEW_MINUTES : REVIEW_MINUTES;
    const handle = await client.submit(spec, { seed: options.seed, reviewTimeoutMinutes });
    say(`model ${opened.ports.model.id}, sandbox ${opened.ports.sandbox.id}, seed ${options.seed}`);
    say(`Web UI ${server.webAddress}/namespaces/default/workflows/${handle.projectId}\n`);
    const ended = await follow(handle, options, worker.ended, signal);
    if (ended === null) return 130;
    return await conclude({ spec, options, startedAt, result: ended, opened, server, say, signal });
  } finally {
    for (const close of closers) await close().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  }
}

/** The project's end, or null when a person interrupted it. A worker that fails ends the wait. */
async function follow(handle: ProjectHandle, { json }: DemoOptions, workerEnded: Promise<void>, signal: AbortSignal): Promise<ProjectResult | null> {
  const watching = new AbortController();
  signal.addEventListener('abort', () => watching.abort());
  const shown = json ? Promise.resolve() : watchProject(handle, process.stdout, watching.signal);
  const result = handle.result();
  result.catch(() => undefined);
  try {
    const ended = await Promise.race([result, aborted(signal).then(() => null), workerEnded.then(() => null)]);
    if (ended !== null) await shown;
    return ended;
  } finally {
    watching.abort();
    await shown;
  }
}

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
  await mkdir(resolve(options.output), { recursive: true });
  const exported = await exportProject(result, opened.ports.artifacts, resolve(options.output, result.projectId));
  const report = JSON.parse(await readFile(exported.report.json, 'utf8')) as ProjectReport;
  const checks = await checkExported(spec, report, exported.project, opened.ports);
  const failed = checks.filter(({ passed }) => !passed);
  const succeeded = result.status === 'approved' && failed.length === 0 && checks.length > 0;
  tellOutcome({ result, report, exported, checks, durationSeconds: (Date.now() - startedAt) / 1000 }, say);
  if (options.keep && !options.json) {
    say(`\nServer and Web UI stay up: ${server.webAddress}. Ctrl-C stops them.`);
    await Promise.race([aborted(signal), server.ended]);
  }
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
    process.stdout.write(`${JSON.stringify(line)}\n`);
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
  say(`\n${result.status}: ${result.reason}`);
  say(`\nwho made what`);
  for (const { path, madeBy } of report.files) {
    const maker = madeBy.kind === 'model' ? `${madeBy.model}, candidate ${madeBy.candidates}` : `template ${madeBy.template}`;
    say(`  ${path}  ${maker}`);
  }
  say('\nacceptance checks, run again on the exported files in a fresh sandbox');
  for (const { passed, description, seen } of checks) say(passed ? `  ✓ ${description}` : `  ✗ ${description}: it ${seen}`);
  const { spend } = result.metrics;
  say(`\n${spend.tokensSpent} of ${spend.budgetTotal} tokens, ${durationSeconds.toFixed(1)} s`);
  say(`code    ${exported.project}`);
  say(`report  ${exported.report.html}`);
}
