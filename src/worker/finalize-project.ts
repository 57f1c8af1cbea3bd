import { activityInfo } from '@temporalio/activity';
import { choosePersona } from '../agents/persona.js';
import type { TaskOutputs } from '../graph/output-type.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import { describeUnmetCondition } from '../report/describe-unmet-condition.js';
import { fitFiles } from '../report/fit-files.js';
import { MOTTO } from '../report/motto.js';
import {
  type ControlReport,
  type FileReport,
  type ModelCallRecord,
  type MoneyReport,
  type ProjectReport,
  ProjectStatus,
  type TaskReport,
} from '../report/project-report.js';
import { renderReportHtml } from '../report/report-html.js';
import { renderReportMarkdown } from '../report/report-markdown.js';
import { scheduleReport } from '../report/schedule-report.js';
import type { ArchivedTask, FinalizeArchivedProject, FinalizeProjectInput, FinalizeProjectResult, TaskRecord } from '../workflow/activity-types.js';
import type { ControlAccount } from '../workflow/control-messages.js';
import { type Packable, unpacked } from '../workflow/packed-json.js';
import type { ActivityEnvironment } from './activity-environment.js';
import type { FileManifest } from './file-manifest.js';
import { keepObservations } from './keep-observations.js';
import { mergeManifests, type StoredRecord } from './project-store.js';
import { SpoiltContents } from './spoilt-contents.js';
import { withPlannedNodes } from './with-planned-nodes.js';
import { withStoredAccount } from './with-stored-account.js';

/**
 * The activity `kamachiq.finalizeProject`. Delivered again, it stores the same contents under the same hashes.
 *
 * @param archives - What tasks did in runs before, in order. @defaultValue there were none
 */
export async function finalizeProject(
  environment: ActivityEnvironment,
  project: FinalizeProjectInput,
  archives: FinalizeArchivedProject['archives'] = [],
): Promise<FinalizeProjectResult> {
  const { store, sandbox, instruments, rubric, memory } = environment;
  const spoilt = new SpoiltContents(activityInfo().attempt);
  const readArchive = (archive: readonly ArtifactReference[]) =>
    spoilt.read('what tasks did before', () => store.getParts<Packable<readonly ArchivedTask[]>>(archive), NOTHING_TOLD);
  const told = (await Promise.all(archives.map(readArchive))).flatMap(unpacked);
  const archived = Map.groupBy(told, ({ taskId }) => taskId);
  const planned = await withPlannedNodes(project, store, spoilt);
  const complete = (task: TaskRecord) => withStoredAccount(task, archived.get(task.node.id) ?? [], store, spoilt);
  const input = { ...project, tasks: await Promise.all(planned.map(complete)) };
  // What was not finished was not approved either: laid over files that were, it would pass for them.
  const finished = input.tasks.filter(({ state }) => state === 'succeeded');
  const manifests = await Promise.all(
    finished.flatMap(({ node, manifest }) =>
      manifest === null ? [] : spoilt.read(`the files of ${node.id.slice(0, 60)}`, () => store.getManifest(manifest), NO_FILES),
    ),
  );
  const manifestFiles = mergeManifests(manifests);
  const files: readonly FileReport[] = manifestFiles.map(({ path, content, taskId, madeBy, role }) => ({
    path,
    bytes: content.bytes,
    sha256: content.sha256,
    taskId,
    madeBy,
    ...(role === undefined ? {} : { role }),
  }));
  // Equal records are told as often as there were such calls: what was spent is their sum.
  const records = [...input.records, ...input.tasks.flatMap((task) => task.records)];
  const recorded = await Promise.all(records.map((record) => spoilt.read('calls of a model', () => store.getRecord(record), NO_CALLS)));
  const { words } = spoilt;
  // Nothing is approved that nobody can have.
  const status = words === null ? input.status : ProjectStatus.FAILED;
  const reason = [input.reason, words ?? ''].join(' ').trim();
  const modelCalls = recorded.flatMap(({ calls }) => calls);
  const contexts = recorded.flatMap(({ context }) => context ?? []);
  const outputs = new Map(input.tasks.map(({ node, outputs: handedOn }) => [node.id, handedOn]));
  const tasks = input.tasks.map((task) => reportTask(environment, task, files, (id) => outputs.get(id)));
  const schedule = scheduleReport({ tasks, slots: input.slots });
  const { spec } = input;
  const report: ProjectReport = {
    formatVersion: 1,
    motto: MOTTO,
    projectId: input.projectId,
    name: spec.name,
    goals: spec.goals,
    constraints: spec.constraints,
    status,
    reason,
    startedAt: timestamp(input.startedAt),
    finishedAt: timestamp(input.finishedAt),
    seed: input.seed,
    qualityThreshold: input.qualityThreshold,
    qualityScore: input.verdict?.score ?? null,
    rubricWeights: rubric.weights,
    budget: {
      total: input.budgetTotal ?? spec.budgetTotal,
      spent: input.spent.total,
      planning: input.spent.planning,
      tasks: Object.fromEntries(input.tasks.map(({ node, tokensSpent }) => [node.id, tokensSpent])),
      review: input.spent.review,
      ...(input.money === undefined ? {} : { money: reportMoney(environment, input.money, modelCalls) }),
    },
    plan: reportPlan(input.plan),
    schedule,
    tasks,
    ...(input.control === undefined ? {} : { control: reportControl(input.control) }),
    verdict: input.verdict,
    checks: input.checks,
    files,
    modelCalls,
    ...(contexts.length === 0 ? {} : { contexts }),
    environment: {
      sandbox: sandbox.id,
      instruments: instruments.map(({ id }) => id),
      models: [...new Set(modelCalls.map(({ model }) => model))],
    },
  };
  // What a review told is noted already; what a person decided is known here alone.
  const decided = input.tasks.filter(({ escalatedAt, state }) => escalatedAt !== undefined && (state === 'succeeded' || state === 'failed'));
  await memory.noteDecisions(
    { projectId: input.projectId, spec },
    decided.map(({ node, state }) => ({ taskId: node.id, succeeded: state === 'succeeded' })),
  );
  const [json, markdown, html, manifest] = await Promise.all([
    store.putText(`${JSON.stringify(report, null, 2)}\n`, 'application/json'),
    store.putText(renderReportMarkdown(report), 'text/markdown; charset=utf-8'),
    store.putText(renderReportHtml(report), 'text/html; charset=utf-8'),
    store.putManifest({ files: manifestFiles }),
  ]);
  await keepObservations(environment, report);
  const { makespanMilliseconds, lowerBoundMilliseconds } = schedule;
  const listed = fitFiles(files, FILE_BYTES);
  return {
    report: { json, markdown, html },
    files: listed,
    ...(listed.length === files.length ? {} : { filesLeftOut: files.length - listed.length }),
    manifest,
    makespanMilliseconds,
    lowerBoundMilliseconds,
    ...(words === null ? {} : { spoilt: words }),
  };
}

/** A limit of dollars means nothing where nothing is known to cost any. */
function reportMoney({ model, cheaperModel, runner }: ActivityEnvironment, money: MoneyReport, calls: readonly ModelCallRecord[]): MoneyReport {
  const isPriced = [model.price, cheaperModel?.price, runner.price].some(
    (price) => price !== undefined && price.inputDollarsPerMillionTokens + price.outputDollarsPerMillionTokens > 0,
  );
  const wasPaid = money.spent > 0 || calls.some(({ microDollars = 0 }) => microDollars > 0);
  return money.total === null || isPriced || wasPaid ? money : { ...money, limitsNothing: true };
}

function reportPlan(plan: FinalizeProjectInput['plan']): ProjectReport['plan'] {
  if (plan === null) return { madeBy: 'nobody', decidedByModel: [], repairs: 0, findings: [] };
  const { revisions, ...rest } = plan;
  if (revisions === undefined) return rest;
  return { ...rest, revisions: revisions.map((revision) => ({ ...revision, revisedAt: timestamp(revision.revisedAt) })) };
}

const reportControl = ({ degradations, untold, orders }: ControlAccount): ControlReport => ({
  degradations: degradations.map((degradation) => ({ ...degradation, at: timestamp(degradation.at) })),
  untold,
  orders: orders.map((order) => ({ ...order, takenAt: timestamp(order.takenAt) })),
});

function reportTask(
  { personas }: ActivityEnvironment,
  task: TaskRecord,
  files: readonly FileReport[],
  outputsOf: (taskId: string) => TaskOutputs | undefined,
): TaskReport {
  const reason = task.reason ?? describeUnmetCondition(task, outputsOf);
  return {
    node: task.node,
    state: task.state,
    persona: choosePersona(personas, task.node)?.name ?? 'none',
    startedAt: task.startedAt === null ? null : timestamp(task.startedAt),
    ...(task.escalatedAt === undefined ? {} : { escalatedAt: timestamp(task.escalatedAt) }),
    finishedAt: task.finishedAt === null ? null : timestamp(task.finishedAt),
    tokensSpent: task.tokensSpent,
    ...(task.microDollarsSpent === undefined ? {} : { microDollarsSpent: task.microDollarsSpent }),
    attempts: task.attempts,
    verdict: task.verdict,
    ...(task.outputs === undefined ? {} : { outputs: task.outputs }),
    files: files.filter(({ taskId }) => taskId === task.node.id).map(({ path }) => path),
    ...(reason === null ? {} : { reason }),
    ...(task.state === 'succeeded' || task.manifest === null ? {} : { unfinished: task.manifest }),
  };
}

/** Most bytes of the list of files in the history, which has it twice; the report and the manifest have all of it. */
const FILE_BYTES = 100_000;

const NOTHING_TOLD: readonly ArchivedTask[] = [];
const NO_CALLS: StoredRecord = { calls: [] };
const NO_FILES: FileManifest = { files: [] };

const timestamp = (milliseconds: number) => new Date(milliseconds).toISOString();
