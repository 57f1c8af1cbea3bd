import { choosePersona } from '../agents/persona.js';
import { KamachiqError } from '../errors/kamachiq-error.js';
import { findOutputProblems } from '../graph/run/find-output-problems.js';
import type { SpawnAgentInput, SpawnAgentResult } from '../workflow/activity-types.js';
import type { ActivityEnvironment } from './activity-environment.js';
import { describeProject } from './instructions.js';
import { withGivenInputs } from './with-given-inputs.js';
import { withMeteredModel } from './with-metered-model.js';

/** Most problems, and most characters of one, that go into the history. */
const PROBLEMS = 5;
const PROBLEM_CHARACTERS = 300;

/** The activity `kamachiq.spawnAgent`. */
export async function spawnAgent(environment: ActivityEnvironment, input: SpawnAgentInput): Promise<SpawnAgentResult> {
  const { runner, sandbox, store, templates, personas } = environment;
  const { projectId, attempt, remediation, seed, feedback } = input;
  const keyPrefix = `${input.task.id}/${remediation}/${attempt}`;
  return withMeteredModel(environment, { holdTokens: input.holdTokens, keyPrefix }, async ({ model, report, signal }) => {
    const task = await withGivenInputs(store, input.task, input.given);
    const template = templates.find(task.template);
    if (template === null) throw unknownTemplate(task.template ?? '');
    const { spec } = await store.getPlan(input.plan);
    const upstream = await store.getFiles(input.upstream);
    const instructions = describeProject(choosePersona(personas, task), spec);
    const files = await store.readFiles(upstream);
    const inputProblems = task.inputsFrom === undefined ? [] : template.findInputProblems(task.inputs);
    if (inputProblems.length > 0) throw invalidInputs(task.id, inputProblems);
    const outcome = await runner.doRun(
      { projectId, task, template, instructions, attempt, remediation, feedback, files, seed },
      { model, sandbox, signal, onProgress: report },
    );
    const { outputs } = outcome;
    // A host's runner is believed as little as a model: what others decide by must be as it was declared.
    const outputProblems = outcome.passed || outputs !== undefined ? findOutputProblems(task.outputs ?? [], outputs ?? {}) : [];
    const handsOn = outputs !== undefined && outputProblems.length === 0;
    return {
      passed: outcome.passed && outputProblems.length === 0,
      manifest: outcome.files.length === 0 && !handsOn ? null : await store.putFiles(upstream, task.id, outcome.files, handsOn ? outputs : undefined),
      ...(handsOn ? { outputs } : {}),
      candidates: outcome.candidates,
      problems: [...outcome.problems, ...outputProblems].slice(-PROBLEMS).map((problem) => problem.slice(0, PROBLEM_CHARACTERS)),
    };
  });
}

const invalidInputs = (taskId: string, problems: readonly string[]) =>
  new KamachiqError({
    code: 'graph.invalid-inputs',
    message: `Expected inputs that fit the template of task ${JSON.stringify(taskId.slice(0, 80))}, got: ${problems.join('; ')}.`.slice(0, 1_000),
    remedy: 'Let the tasks upstream hand on what the template takes.',
  });

const unknownTemplate = (name: string) =>
  new KamachiqError({
    code: 'template.unknown',
    message: `Expected the name of a registered template, got ${JSON.stringify(name)}.`,
    remedy: 'Register the same templates on every worker of the queue.',
  });
