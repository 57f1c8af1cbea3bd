import { findFileProblems } from '../agents/find-file-problems.js';
import { choosePersona } from '../agents/persona.js';
import { fitContext, wholeContext } from '../agents/task-context.js';
import { KamachiqError } from '../errors/kamachiq-error.js';
import { findOutputProblems } from '../graph/run/find-output-problems.js';
import type { AgentContext, AgentOutcome, AgentProgress, AgentRequest, AgentRunner } from '../ports/agent-runner.js';
import type { SpawnAgentInput, SpawnAgentResult } from '../workflow/activity-types.js';
import { attemptKey } from '../workflow/attempt-key.js';
import type { ActivityEnvironment } from './activity-environment.js';
import { excerptOf } from './excerpt-of.js';
import { plannedTask } from './planned-task.js';
import { readOutcome } from './read-outcome.js';
import { withGivenInputs } from './with-given-inputs.js';
import { withMeteredModel } from './with-metered-model.js';

/** Most problems, and most characters of one, that go into the history. */
const PROBLEMS = 5;
const PROBLEM_CHARACTERS = 300;

/** The activity `kamachiq.spawnAgent`. */
export async function spawnAgent(environment: ActivityEnvironment, input: SpawnAgentInput): Promise<SpawnAgentResult> {
  const { runner, sandbox, store, templates, personas, memory } = environment;
  const { projectId, attempt, remediation, seed, feedback, terms, start = 1, draw = attempt } = input;
  const keyPrefix = attemptKey(input.task.id, start, remediation, attempt);
  return withMeteredModel(
    environment,
    { input, keyPrefix, ofTask: true, cheaper: terms?.cheaperModel === true, metering: runner.metering },
    async ({ model, report, signal, recordContext }) => {
      const plan = await store.getPlan(input.plan);
      const task = await withGivenInputs(store, plannedTask(input.task, plan), input.given);
      const template = templates.find(task.template);
      if (template === null) throw unknownTemplate(task.template ?? '');
      const { spec } = plan;
      const upstream = await store.getFiles(input.upstream);
      const persona = choosePersona(personas, task);
      if (persona === null && task.persona !== undefined) throw unknownPersona(task.persona);
      const upstreamFiles = await store.readFiles(upstream);
      const inputProblems = task.inputsFrom === undefined ? [] : template.findInputProblems(task.inputs);
      if (inputProblems.length > 0) throw invalidInputs(task.id, inputProblems);
      const remembered = { projectId, spec, task, template, persona };
      const recalled = await memory.recall(remembered);
      const parts = { persona, spec, feedback, notes: recalled.notes, files: upstreamFiles };
      const request = { projectId, task, attempt: draw, remediation, files: upstreamFiles, seed, ...(terms === undefined ? {} : { terms }) };
      const { context, cuts } =
        template.kind === 'sampled' ? await fitContext(parts, { ...request, template }, model) : { context: wholeContext(parts), cuts: [] };
      const onProgress = (progress: AgentProgress) => report(countsOf(progress));
      const answer = await runAgent(runner, { ...request, template, ...context }, { model, meter: model.meter, sandbox, signal, onProgress });
      // A host's runner is believed as little as a model: what others work with and decide by must be as it was declared.
      const outcome = readOutcome(answer, runner.id);
      const { outputs } = outcome;
      const declared = task.outputs ?? [];
      const fileProblems = outcome.passed || outcome.files.length > 0 ? findFileProblems(outcome.files, task.writes, declared.length > 0) : [];
      const files = fileProblems.length === 0 ? outcome.files : [];
      const outputProblems = outcome.passed || outputs !== undefined ? findOutputProblems(declared, outputs ?? {}) : [];
      const handsOn = outputs !== undefined && outputProblems.length === 0 && fileProblems.length === 0;
      const passed = outcome.passed && outputProblems.length === 0 && fileProblems.length === 0;
      const problems = [...outcome.problems, ...fileProblems, ...outputProblems];
      const manifest = files.length === 0 && !handsOn ? null : await store.putFiles(upstream, task.id, files, handsOn ? outputs : undefined);
      const memoryProblems = [...recalled.problems, ...(await memory.noteAttempt(remembered, { ...outcome, files, passed, problems }, input))];
      if (context.notes.length > 0 || cuts.length > 0 || memoryProblems.length > 0) {
        recordContext({ key: keyPrefix, notes: context.notes.length, cuts, memoryProblems });
      }
      return {
        passed,
        manifest,
        ...(handsOn ? { outputs } : {}),
        ...(files.length === 0 ? {} : { excerpt: excerptOf(files[0]!) }),
        candidates: outcome.candidates,
        ...(runner.metering === 'own' ? { meteredBy: runner.id } : {}),
        problems: problems.slice(-PROBLEMS).map((problem) => problem.slice(0, PROBLEM_CHARACTERS)),
      };
    },
  );
}

/** A heartbeat carries what fits into one: numbers. */
const countsOf = (progress: AgentProgress): AgentProgress => ({
  candidates: countOf(progress?.candidates),
  tokensSpent: countOf(progress?.tokensSpent),
  checksPassed: countOf(progress?.checksPassed),
  checksTotal: countOf(progress?.checksTotal),
});

const countOf = (count: unknown): number => (Number.isSafeInteger(count) ? (count as number) : 0);

/** Charges what a runner spent around the meter, however it ends. */
async function runAgent(runner: AgentRunner, request: AgentRequest, context: AgentContext): Promise<unknown> {
  if (runner.metering !== 'own') return runner.doRun(request, context);
  let usage: AgentOutcome['usage'];
  try {
    const outcome = await runner.doRun(request, context);
    usage = outcome?.usage;
    return outcome;
  } finally {
    context.meter.chargeUnmetered(runner.id, usage);
  }
}

const invalidInputs = (taskId: string, problems: readonly string[]) =>
  new KamachiqError({
    code: 'graph.invalid-inputs',
    message: `Expected inputs that fit the template of task ${JSON.stringify(taskId.slice(0, 80))}, got: ${problems.join('; ')}.`.slice(0, 1_000),
    remedy: 'Let the tasks upstream hand on what the template takes.',
  });

const unknownPersona = (name: string) =>
  new KamachiqError({
    code: 'graph.unknown-persona',
    message: `Expected the name of a registered persona, got ${JSON.stringify(name.slice(0, 80))}.`,
    remedy: 'Register the same personas on every worker of the queue.',
  });

const unknownTemplate = (name: string) =>
  new KamachiqError({
    code: 'template.unknown',
    message: `Expected the name of a registered template, got ${JSON.stringify(name)}.`,
    remedy: 'Register the same templates on every worker of the queue.',
  });
