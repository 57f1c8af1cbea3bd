import { BudgetExceededError } from '../errors/budget-exceeded-error.js';
import { ModelCallError } from '../errors/model-call-error.js';
import type { CandidateFailure, RenderedTaskTemplate, SampledTaskTemplate, TemplateRequest } from '../planning/task-template.js';
import type { AgentContext, AgentOutcome, AgentRequest, AgentRunner } from '../ports/agent-runner.js';
import { FinishReason, type ModelAnswer } from '../ports/language-model.js';
import type { FileOrigin } from '../report/project-report.js';
import { deriveSeed } from './derive-seed.js';
import { examineOutcome } from './examine-outcome.js';
import { promptRequestOf, templateRequestOf } from './template-request.js';

/** Output tokens below which a further candidate is not worth drawing. */
const SMALLEST_ANSWER = 16;

/** Refusals one after the other that are taken for the model's last word. */
const MOST_REFUSALS = 3;

/**
 * Draws candidates from the model, executes each one's checks in the sandbox, feeds failures back, and keeps the first that passes.
 *
 * The first candidate is drawn at temperature 0, the others at the given one, every second of them without feedback: small models often
 * repeat a mistake that they are shown. It stops when one passes or when what is held can't pay for another. Tasks without checks
 * have nothing to search for: their first usable candidate is kept, unless it was cut off at its longest. Its terms bound the candidates and their length.
 *
 * A prompt that is too long with the last failure in it is sent without. A model that refuses is asked again at another temperature, three times in all;
 * then the attempt fails with `model.refused`, unless there is something to keep.
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
    const templateRequest = templateRequestOf(request);
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
    const madeBy: FileOrigin = { kind: 'template', template: `${template.name}/${template.version}` };
    return (await examineOutcome(made, { madeBy, candidates: 0 }, request, context)).outcome;
  }

  async #sample(
    template: SampledTaskTemplate,
    templateRequest: TemplateRequest,
    request: AgentRequest,
    context: AgentContext,
  ): Promise<AgentOutcome> {
    const { model, signal, onProgress } = context;
    const promptRequest = promptRequestOf(request);
    let best: (AgentOutcome & { readonly checksPassed: number }) | null = null;
    let failure: CandidateFailure | null = null;
    let problems: readonly string[] = [];
    let candidates = 0;
    let refusals = 0;
    const { outputShare = 1, maximumCandidates = Number.POSITIVE_INFINITY } = request.terms ?? {};
    for (;;) {
      if (candidates >= maximumCandidates) {
        problems = [...problems, `no passing candidate among the ${candidates} that it was granted for want of tokens`];
        break;
      }
      const greedy = candidates === 0 && request.attempt === 1 && request.remediation === 0;
      const shown: CandidateFailure | null = candidates % 2 === 1 ? failure : null;
      const prompt = template.prompt(promptRequest, shown);
      const seed = deriveSeed(request.seed, request.task.id, request.remediation, request.attempt, candidates);
      let answer: ModelAnswer;
      try {
        const maxOutputTokens = Math.max(SMALLEST_ANSWER, Math.floor(prompt.maxOutputTokens * outputShare));
        answer = await model.generate({ ...prompt, maxOutputTokens, temperature: greedy ? 0 : this.#temperature, seed }, signal, SMALLEST_ANSWER);
      } catch (error) {
        if (shown !== null && isTooLong(error)) {
          failure = null;
          continue;
        }
        if (!(error instanceof BudgetExceededError)) throw error;
        problems = [...problems, `no passing candidate among ${candidates}: ${error.message}`];
        break;
      }
      candidates += 1;
      if (answer.finishReason === FinishReason.REFUSAL) {
        refusals += 1;
        problems = [`the model refused ${refusals} times${answer.text === '' ? '' : `: ${answer.text.slice(0, REFUSAL_CHARACTERS)}`}`];
        failure = null;
        onProgress({ candidates, tokensSpent: model.spent, checksPassed: 0, checksTotal: 0 });
        if (refusals < MOST_REFUSALS) continue;
        if (best === null) throw refused(problems.join());
        break;
      }
      refusals = 0;
      const madeBy: FileOrigin = { kind: 'model', model: model.id, template: `${template.name}/${template.version}`, candidates };
      const examined = await examineOutcome(template.assemble(answer.text, templateRequest), { madeBy, candidates }, request, context);
      const { acceptable } = examined;
      const outcome = isCutOff(answer, examined.outcome) ? cutOff(answer, examined.outcome) : examined.outcome;
      problems = outcome.problems;
      failure = { answer: answer.text, problems };
      const checksPassed = outcome.checks.filter(({ passed }) => passed).length;
      onProgress({ candidates, tokensSpent: model.spent, checksPassed, checksTotal: outcome.checks.length });
      if (outcome.passed) return outcome;
      if (acceptable && checksPassed >= (best?.checksPassed ?? 0)) {
        best = { ...outcome, checksPassed };
      }
    }
    const { files = [], checks = [], outputs } = best ?? {};
    return { passed: false, files, candidates, checks, problems, ...(outputs === undefined ? {} : { outputs }) };
  }
}

/** Whether a shorter prompt may do: too little is left for this one, or the model can't attend to it. */
const isTooLong = (error: unknown) =>
  error instanceof BudgetExceededError || (error instanceof ModelCallError && error.code === 'model.context-too-long');

/** Whether half an answer would pass for a whole one: where nothing is executed, nothing else would notice. */
const isCutOff = ({ finishReason }: ModelAnswer, { checks, passed }: AgentOutcome) =>
  passed && finishReason === FinishReason.LENGTH && checks.length === 0;

const cutOff = ({ usage }: ModelAnswer, outcome: AgentOutcome): AgentOutcome => ({
  ...outcome,
  passed: false,
  problems: [`the answer was cut off after ${usage.outputTokens} tokens`],
});

const REFUSAL_CHARACTERS = 200;

const refused = (said: string) =>
  new ModelCallError({
    code: 'model.refused',
    message: `Expected a candidate, got none: ${said}.`,
    remedy: 'Change the task, its context or its persona, or choose another model; this one will not do it.',
  });
