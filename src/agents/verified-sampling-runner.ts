import { BudgetExceededError } from '../errors/budget-exceeded-error.js';
import { findOutputProblems } from '../graph/run/find-output-problems.js';
import type { AssembledAnswer, CandidateFailure, RenderedTaskTemplate, SampledTaskTemplate, TemplateRequest } from '../planning/task-template.js';
import type { AgentContext, AgentOutcome, AgentRequest, AgentRunner } from '../ports/agent-runner.js';
import { findPathProblem } from '../ports/project-path.js';
import type { SourceFile } from '../ports/source-file.js';
import type { CheckOutcome } from '../quality/check.js';
import { runChecks } from '../quality/run-checks.js';
import type { FileOrigin } from '../report/project-report.js';
import { deriveSeed } from './derive-seed.js';
import { mergeFiles } from './merge-files.js';

/** Output tokens below which a further candidate is not worth drawing. */
const SMALLEST_ANSWER = 16;

/**
 * Draws candidates from the model, executes each one's checks in the sandbox, feeds failures back, and keeps the first that passes.
 *
 * The first candidate is drawn at temperature 0, the others at the given one, every second of them without feedback: small models often
 * repeat a mistake that they are shown. It stops when one passes or when what is held can't pay for another. Tasks without checks
 * have nothing to search for: their first usable candidate is kept.
 *
 * @public
 */
export class VerifiedSamplingRunner implements AgentRunner {
  readonly specificationVersion = 1;
  readonly id = 'verified-sampling/1';
  readonly #temperature: number;

  /** @param options - `temperature` of every candidate after the first. @defaultValue 0.8 */
  constructor({ temperature = 0.8 }: { readonly temperature?: number } = {}) {
    this.#temperature = temperature;
  }

  async doRun(request: AgentRequest, context: AgentContext): Promise<AgentOutcome> {
    const templateRequest: TemplateRequest = {
      description: request.task.description,
      inputs: request.task.inputs,
      outputs: request.task.outputs ?? [],
      successCriteria: request.task.successCriteria,
      writes: request.task.writes,
      instructions: request.instructions,
      feedback: request.feedback,
      files: request.files,
    };
    const { template } = request;
    return template.kind === 'rendered'
      ? this.#render(template, templateRequest, request, context)
      : this.#sample(template, templateRequest, request, context);
  }

  async #render(
    template: RenderedTaskTemplate,
    templateRequest: TemplateRequest,
    request: AgentRequest,
    context: AgentContext,
  ): Promise<AgentOutcome> {
    const outputs = template.outputs?.(templateRequest);
    const made = { files: template.render(templateRequest), problems: [], ...(outputs === undefined ? {} : { outputs }) };
    const examined = await examine(made, request, context);
    const madeBy: FileOrigin = { kind: 'template', template: `${template.name}/${template.version}` };
    return outcomeOf(examined, made, madeBy, 0);
  }

  async #sample(
    template: SampledTaskTemplate,
    templateRequest: TemplateRequest,
    request: AgentRequest,
    context: AgentContext,
  ): Promise<AgentOutcome> {
    const { model, signal, onProgress } = context;
    let best: (AgentOutcome & { readonly checksPassed: number }) | null = null;
    let failure: CandidateFailure | null = null;
    let problems: readonly string[] = [];
    let candidates = 0;
    for (;;) {
      const greedy = candidates === 0 && request.attempt === 1 && request.remediation === 0;
      const prompt = template.prompt(templateRequest, candidates % 2 === 1 ? failure : null);
      const seed = deriveSeed(request.seed, request.task.id, request.remediation, request.attempt, candidates);
      let answer: string;
      try {
        answer = (await model.generate({ ...prompt, temperature: greedy ? 0 : this.#temperature, seed }, signal, SMALLEST_ANSWER)).text;
      } catch (error) {
        if (!(error instanceof BudgetExceededError)) throw error;
        problems = [...problems, `no passing candidate among ${candidates}: ${error.message}`];
        break;
      }
      candidates += 1;
      const made = template.assemble(answer, templateRequest);
      const examined = made.problems.length > 0 ? unacceptable(made.problems) : await examine(made, request, context);
      problems = examined.problems;
      failure = { answer, problems };
      const checksPassed = examined.checks.filter(({ passed }) => passed).length;
      onProgress({ candidates, tokensSpent: model.spent, checksPassed, checksTotal: examined.checks.length });
      const madeBy: FileOrigin = { kind: 'model', model: model.id, template: `${template.name}/${template.version}`, candidates };
      const outcome = outcomeOf(examined, made, madeBy, candidates);
      if (examined.passed) return outcome;
      if (examined.acceptable && checksPassed >= (best?.checksPassed ?? 0)) {
        best = { ...outcome, checksPassed };
      }
    }
    const { files = [], checks = [], outputs } = best ?? {};
    return { passed: false, files, candidates, checks, problems, ...(outputs === undefined ? {} : { outputs }) };
  }
}

/** What must not be kept is left out, whatever else is known of it. */
const outcomeOf = (
  { acceptable, passed, checks, problems }: Examined,
  { files, outputs }: AssembledAnswer,
  madeBy: FileOrigin,
  candidates: number,
): AgentOutcome => ({
  passed,
  files: acceptable ? files.map((file) => ({ ...file, madeBy })) : [],
  ...(acceptable && outputs !== undefined ? { outputs } : {}),
  candidates,
  checks,
  problems,
});

interface Examined {
  /** False for what must not even be kept: nothing to write, or something that must not be written. */
  readonly acceptable: boolean;
  readonly passed: boolean;
  readonly checks: readonly CheckOutcome[];
  readonly problems: readonly string[];
}

const unacceptable = (problems: readonly string[]): Examined => ({ acceptable: false, passed: false, checks: [], problems });

async function examine(
  { files, outputs = {} }: AssembledAnswer,
  { task, template, files: upstream }: AgentRequest,
  { sandbox, signal }: AgentContext,
): Promise<Examined> {
  const declared = task.outputs ?? [];
  const problems = [...findFileProblems(files, task.writes, declared.length > 0), ...findOutputProblems(declared, outputs)];
  if (problems.length > 0) return unacceptable(problems);
  const checks = await runChecks({
    sandbox,
    language: template.language,
    files: mergeFiles(upstream, files),
    checks: template.checks(task.inputs),
    signal,
  });
  const failed = checks.filter(({ passed }) => !passed);
  return {
    acceptable: true,
    passed: failed.length === 0,
    checks,
    problems: failed.map(({ description, seen }) => `expected ${description}; it ${seen}`),
  };
}

/** An agent writes what its task declares: nothing else, nothing less, nothing outside the project. */
function findFileProblems(files: readonly SourceFile[], writes: readonly string[], handsOn: boolean): readonly string[] {
  const written = new Set(files.map(({ path }) => path));
  const unsafe = files.flatMap(({ path }) => {
    const problem = findPathProblem(path);
    return problem === null ? [] : [`${JSON.stringify(path.slice(0, 80))} is no path for a file: ${problem}`];
  });
  const undeclared = files
    .filter(({ path }) => !writes.includes(path))
    .map(({ path }) => `${JSON.stringify(path.slice(0, 80))} was not to be written`);
  const missing = writes.filter((path) => !written.has(path)).map((path) => `${path} was not written`);
  const nothing = files.length === 0 && writes.length === 0 && !handsOn ? ['nothing was written'] : [];
  return [...unsafe, ...undeclared, ...missing, ...nothing];
}
