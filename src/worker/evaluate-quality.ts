import type { MeteredModel } from '../agents/metered-model.js';
import { choosePersona } from '../agents/persona.js';
import type { BudgetExceededError } from '../errors/budget-exceeded-error.js';
import type { TaskNode } from '../graph/task-node.js';
import type { CancellationSignal, ModelRequest } from '../ports/language-model.js';
import type { SourceFile } from '../ports/source-file.js';
import type { CheckOutcome } from '../quality/check.js';
import { checkDeliverables } from '../quality/check-deliverables.js';
import { findNotNeeded } from '../quality/find-not-needed.js';
import { passQualityGate, type QualityVerdict } from '../quality/quality-gate.js';
import { Criterion, type CriterionScore } from '../quality/quality-rubric.js';
import { runChecks } from '../quality/run-checks.js';
import { cutToBytes } from '../report/cut-to-bytes.js';
import { fitChecks } from '../report/fit-checks.js';
import type { ArchivedTask, EvaluateQualityInput, EvaluateQualityResult } from '../workflow/activity-types.js';
import { unpacked } from '../workflow/packed-json.js';
import type { ActivityEnvironment } from './activity-environment.js';
import { withHeartbeat } from './heartbeat.js';
import { judgeByModel } from './model-judge.js';
import { plannedTask } from './planned-task.js';
import type { StoredPlan } from './project-store.js';
import { runProjectChecks } from './run-project-checks.js';
import { withGivenInputs } from './with-given-inputs.js';
import { withMeteredModel } from './with-metered-model.js';

/** Most lines of evidence, and most characters and bytes of one, that go into the history. */
const EVIDENCE_LINES = 8;
const EVIDENCE_CHARACTERS = 300;
const EVIDENCE_BYTES = 900;

/** Most bytes of all checks as JSON, and most failed ones that a verdict names. */
const CHECK_BYTES = 500_000;
const FAILED_CHECKS = 200;

/** The activity `kamachiq.evaluateQuality`. */
export async function evaluateQuality(environment: ActivityEnvironment, input: EvaluateQualityInput): Promise<EvaluateQualityResult> {
  const evaluated = await reviewWork(environment, input);
  return { ...evaluated, ...(await keepAccount(environment, input, evaluated)) };
}

/** What can't be stored goes to the project by value: what was spent is told either way. */
async function keepAccount({ store }: ActivityEnvironment, input: EvaluateQualityInput, evaluated: EvaluateQualityResult) {
  const { task, account, holdTokens } = input;
  if (task === null || account === undefined) return {};
  // What spends nothing makes no calls to be told of.
  const records = holdTokens > 0 ? [...account.records, evaluated.record] : account.records;
  const told: ArchivedTask = { taskId: task.id, attempts: account.attempts, records, verdict: evaluated.verdict };
  try {
    return { account: await withHeartbeat(() => store.putText(JSON.stringify([told]), 'application/json')) };
  } catch {
    return {};
  }
}

function reviewWork(environment: ActivityEnvironment, input: EvaluateQualityInput): Promise<EvaluateQualityResult> {
  const { store, rubric, memory, templates, personas } = environment;
  const { threshold } = input;
  const keyPrefix = `${input.task?.id ?? 'project'}/review`;
  return withMeteredModel(
    environment,
    { input, keyPrefix, cheaper: input.cheaper === true, ofTask: input.task !== null },
    async ({ model, signal }) => {
      const plan = await store.getPlan(input.plan);
      const task = input.task === null ? null : await withGivenInputs(store, plannedTask(input.task, plan), input.given);
      const manifest = await store.getFiles(unpacked(input.manifests));
      const files = await store.readFiles(manifest);
      const deliverables = task === null ? checkDeliverables(plan.spec.deliverables ?? [], files) : [];
      const executed =
        task === null ? await runProjectChecks(environment, plan, files, signal) : await runTaskChecks(environment, task, files, signal);
      const checks = [...executed, ...deliverables];
      // A task answers for what it made; upstream has been reviewed already.
      const own = task === null ? files : files.filter(({ path }) => manifest.some((file) => file.path === path && file.taskId === task.id));
      let short: string | null = null;
      let isPayable = true;
      const onShort = ({ message, context }: BudgetExceededError) => {
        isPayable = Number(context.needed) > Number(context.available);
        const why = isPayable ? message : 'what is to be read is longer than the model attends to.';
        short = `Its review could not ask the model about everything: ${why}`;
      };
      const asked: ModelRequest[] = [];
      const onAsked = (request: ModelRequest) => {
        asked.push(request);
      };
      const criteria = await score(environment, { input, task, plan, files: own, checks, model, signal, onAsked, onShort });
      // What follows from the spec by a template needs nobody's opinion; what a model made does.
      const byModel = manifest.some(({ path, madeBy }) => madeBy.kind === 'model' && own.some((file) => file.path === path));
      const required = byModel || isHandedOnByModel(environment, input) ? Object.values(Criterion) : [];
      const verdict = passQualityGate({ rubric, threshold, criteria, checks, required });
      if (task !== null) {
        const about = { task, template: templates.find(task.template), persona: choosePersona(personas, task) };
        await memory.noteVerdict({ projectId: input.projectId, spec: plan.spec, ...about }, verdict);
      }
      return {
        verdict: fitForHistory(verdict),
        ...(short === null ? {} : { short, neededTokens: isPayable ? await mostTokens(model, asked) : 0 }),
        unscored: Object.values(Criterion).filter((criterion) => !criteria.some((scored) => scored.criterion === criterion)),
        checks: fitChecks(
          checks.map((check) => ({ ...check, seen: cutLine(check.seen) })),
          CHECK_BYTES,
        ),
        manifest: await store.putManifest({ files: manifest, ...(input.outputs === undefined ? {} : { outputs: input.outputs }) }),
      };
    },
  );
}

const isHandedOnByModel = ({ templates }: ActivityEnvironment, { task, outputs }: EvaluateQualityInput): boolean =>
  task !== null && outputs !== undefined && templates.find(task.template)?.kind === 'sampled';

async function runTaskChecks(
  { templates, sandbox }: ActivityEnvironment,
  task: TaskNode,
  files: readonly SourceFile[],
  signal: CancellationSignal,
): Promise<readonly CheckOutcome[]> {
  const template = templates.find(task.template);
  if (template === null) return [];
  return runChecks({ sandbox, language: template.language, files, checks: template.checks(task.inputs), signal });
}

interface Scoring {
  readonly input: EvaluateQualityInput;
  readonly task: TaskNode | null;
  readonly plan: StoredPlan;
  readonly files: readonly SourceFile[];
  readonly checks: readonly CheckOutcome[];
  readonly model: MeteredModel;
  readonly signal: CancellationSignal;
  readonly onAsked: (request: ModelRequest) => void;
  readonly onShort: (error: BudgetExceededError) => void;
}

/** What requests take at most, prompts and answers together. */
async function mostTokens(model: MeteredModel, requests: readonly ModelRequest[]): Promise<number> {
  let most = 0;
  for (const request of requests) most += (await model.countTokens(request)) + request.maxOutputTokens;
  return most;
}

/** Every criterion by the first instrument that has something to say, and only otherwise by the model. */
async function score({ instruments, sandbox }: ActivityEnvironment, scoring: Scoring): Promise<readonly CriterionScore[]> {
  const { input, task, plan, files, checks, signal, ...asking } = scoring;
  // Branches that exclude each other may write one path.
  const notNeeded = new Set(task === null ? findNotNeeded(plan.nodes, input.unsuccessful ?? [], plan.spec.deliverables ?? []) : []);
  const writes = task?.writes ?? [...new Set(plan.nodes.flatMap((node) => node.writes))].filter((path) => !notNeeded.has(path));
  const scores: CriterionScore[] = [];
  for (const criterion of Object.values(Criterion)) {
    let measured: CriterionScore | null = null;
    for (const instrument of instruments) {
      if (instrument.criterion !== criterion || measured !== null) continue;
      const measurement = await instrument.doMeasure({ task, writes, files, checks, sandbox, signal });
      if (measurement !== null) measured = { criterion, ...measurement, measuredBy: instrument.id };
    }
    const mayBeJudged = input.holdTokens > 0 && !(criterion === Criterion.CORRECTNESS && hasOnlyStructure(checks));
    if (mayBeJudged)
      measured ??= await judgeByModel({ ...asking, criterion, task, outputs: input.outputs, spec: plan.spec, files, seed: input.seed, signal });
    if (measured !== null) scores.push(measured);
  }
  return scores;
}

/** Code that was executed with nothing to compare it with: an opinion would pass for evidence, so a person decides. */
const hasOnlyStructure = (checks: readonly CheckOutcome[]): boolean => checks.length > 0 && checks.every(({ structural }) => structural === true);

function fitForHistory(verdict: QualityVerdict): QualityVerdict {
  const cut = (lines: readonly string[]) => lines.slice(0, EVIDENCE_LINES).map(cutLine);
  return {
    ...verdict,
    criteria: verdict.criteria.map((entry) => ({ ...entry, evidence: cut(entry.evidence) })),
    failedChecks: verdict.failedChecks.slice(0, FAILED_CHECKS).map(cutLine),
    feedback: cut(verdict.feedback),
  };
}

const cutLine = (line: string) => cutToBytes(line.slice(0, EVIDENCE_CHARACTERS), EVIDENCE_BYTES);
