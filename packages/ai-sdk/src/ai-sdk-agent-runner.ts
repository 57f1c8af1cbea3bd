import { AISDKError, generateText, isStepCount, type ModelMessage as SdkMessage, type LanguageModel as SdkModel, type ToolSet } from 'ai';
import {
  type AgentContext,
  type AgentOutcome,
  type AgentRequest,
  type AgentRunner,
  BudgetExceededError,
  type CancellationSignal,
  examineOutcome,
  KamachiqError,
  type ModelPrice,
  VerifiedSamplingRunner,
} from 'kamachiq';
import { AgentDesk } from './agent-desk.js';
import { agentPrompt } from './agent-prompt.js';
import { patienceOf } from './ai-sdk-model.js';
import { boundedTools, type ToolLimits } from './bounded-tools.js';
import { type MeteredProviderModelOptions, meteredProviderModel } from './metered-provider-model.js';
import { modelError, toModelError } from './model-error.js';
import { nameOfModel, type ProviderModel, providerModel } from './provider-model.js';
import { LONGEST_TIME, requireOptions } from './require-options.js';
import { countBytes } from './token-bound.js';
import { type ToolSource, withTools } from './tool-source.js';

/** An agent with tools, as the AI SDK runs them. @public */
export interface AiSdkAgentRunnerOptions {
  /** A model that can call tools. */
  readonly model: SdkModel;
  /** Tokens that it can attend to at once, prompt and answer together. */
  readonly contextTokens: number;
  /** Name of the runner in reports. @default 'ai-sdk-agent/1' */
  readonly id?: string;
  /** Name of the model in journals and reports. @default provider and model as the AI SDK names them, lower case */
  readonly modelId?: string;
  /** What its tokens cost. @default nothing */
  readonly price?: ModelPrice;
  /** Tools of the host's own, beside `read_file`, `write_file` and `hand_on`. @default none */
  readonly tools?: ToolSet;
  /** Opened for each attempt and closed with it, whatever happens: clients of MCP servers. @default none */
  readonly toolSources?: readonly (() => Promise<ToolSource>)[];
  /** Most calls of the model in one attempt, at least 1. @default 20 */
  readonly maxSteps?: number;
  /** Most tokens of one answer. @default 4096 */
  readonly maxOutputTokens?: number;
  /** @default 0 */
  readonly temperature?: number;
  /** Most characters that a tool may answer with. @default 8000 */
  readonly toolResultCharacters?: number;
  /** Longest time for one use of a tool, at most 2147483647 (nearly 25 days). @default 60000 */
  readonly toolTimeoutMilliseconds?: number;
  /** The most tokens that a text can take. @default its bytes in UTF-8 */
  readonly tokenBound?: (text: string) => number;
  /** Longest wait for one answer of the model, at most as long. @default 300000 */
  readonly timeoutMilliseconds?: number;
  /** Longest silence in the middle of one, at most as long. @default 60000 */
  readonly stallMilliseconds?: number;
}

/**
 * Makes a runner whose attempts are the AI SDK's own loop of model calls and tools.
 *
 * Every call of the model goes through the attempt's meter. Files come only by `write_file`, which takes the paths that the task declares; when the model says
 * that it is done, they are examined in the sandbox as for every runner, and what is wrong goes back to it, until everything passes, the steps are used up or what
 * is held is spent. Tasks whose template renders them are rendered.
 *
 * @throws InvalidInputError naming every option that is out of its range, as `model.invalid-option`.
 * @public
 */
export function aiSdkAgentRunner(options: AiSdkAgentRunnerOptions): AgentRunner {
  return new AiSdkAgentRunner(options);
}

class AiSdkAgentRunner implements AgentRunner {
  readonly specificationVersion = 1;
  readonly id: string;
  readonly price?: ModelPrice;
  readonly #options: AiSdkAgentRunnerOptions;
  readonly #metering: MeteredProviderModelOptions;
  readonly #toolLimits: ToolLimits;
  readonly #rendering = new VerifiedSamplingRunner();

  constructor(options: AiSdkAgentRunnerOptions) {
    requireOptions('aiSdkAgentRunner options', {
      contextTokens: [options.contextTokens, Number.MAX_SAFE_INTEGER],
      maxSteps: [options.maxSteps, Number.MAX_SAFE_INTEGER],
      maxOutputTokens: [options.maxOutputTokens, Number.MAX_SAFE_INTEGER],
      toolResultCharacters: [options.toolResultCharacters, Number.MAX_SAFE_INTEGER],
      toolTimeoutMilliseconds: [options.toolTimeoutMilliseconds, LONGEST_TIME],
      timeoutMilliseconds: [options.timeoutMilliseconds, LONGEST_TIME],
      stallMilliseconds: [options.stallMilliseconds, LONGEST_TIME],
    });
    this.id = options.id ?? 'ai-sdk-agent/1';
    if (options.price !== undefined) this.price = options.price;
    this.#options = options;
    this.#metering = {
      id: options.modelId ?? nameOfModel(options.model),
      contextTokens: options.contextTokens,
      price: options.price,
      tokenBound: options.tokenBound ?? countBytes,
      patience: patienceOf(options),
      maxOutputTokens: options.maxOutputTokens ?? 4_096,
    };
    this.#toolLimits = { resultCharacters: options.toolResultCharacters ?? 8_000, timeoutMilliseconds: options.toolTimeoutMilliseconds ?? 60_000 };
  }

  async doRun(request: AgentRequest, context: AgentContext): Promise<AgentOutcome> {
    if (request.template.kind === 'rendered') return this.#rendering.doRun(request, context);
    const { tools = {}, toolSources = [], model } = this.#options;
    return whileWanted(context.signal, async (signal) => {
      const desk = new AgentDesk(request);
      const metered = meteredProviderModel(providerModel(model), this.#metering, context.meter, context.signal);
      return withTools([desk.tools(), tools], toolSources, signal, (all) =>
        this.#work(metered, boundedTools(all, this.#toolLimits, signal), desk, request, context, signal),
      );
    });
  }

  async #work(
    model: ProviderModel,
    tools: ToolSet,
    desk: AgentDesk,
    request: AgentRequest,
    context: AgentContext,
    signal: AbortSignal,
  ): Promise<AgentOutcome> {
    const { maxSteps = 20, temperature = 0 } = this.#options;
    const { outputShare = 1, maximumCandidates = Number.POSITIVE_INFINITY } = request.terms ?? {};
    const messages: SdkMessage[] = [{ role: 'user', content: agentPrompt(request) }];
    const template = `${request.template.name}/${request.template.version}`;
    let best: AgentOutcome | null = null;
    let steps = 0;
    for (let candidates = 1; ; candidates += 1) {
      const before = desk.changes;
      const ended = await askAndUseTools({
        model,
        tools,
        messages,
        instructions: request.instructions,
        temperature,
        seed: seedOf(request, candidates),
        maxOutputTokens: Math.max(1, Math.floor(this.#metering.maxOutputTokens * outputShare)),
        stopWhen: isStepCount(maxSteps - steps),
        maxRetries: 0,
        abortSignal: signal,
      });
      if (best === null || desk.changes > before) {
        const madeBy = { kind: 'model', model: this.#metering.id, template, candidates } as const;
        const { outcome } = await examineOutcome(desk.made(), { madeBy, candidates }, request, context);
        const checksPassed = passedIn(outcome);
        context.onProgress({ candidates, tokensSpent: context.meter.spent.tokens, checksPassed, checksTotal: outcome.checks.length });
        if (outcome.passed) return outcome;
        if (best === null || checksPassed >= passedIn(best)) best = outcome;
      }
      steps += ended.steps;
      const why = ended.problem ?? (steps >= maxSteps ? `its ${maxSteps} steps are used up` : null);
      if (why !== null || candidates >= maximumCandidates)
        return { ...best, candidates, problems: why === null ? best.problems : [...best.problems, why] };
      messages.push(...ended.messages, { role: 'user', content: `Your work was checked. What is wrong with it:\n${best.problems.join('\n')}` });
    }
  }
}

const passedIn = ({ checks }: AgentOutcome) => checks.filter(({ passed }) => passed).length;

/** Another one for each try, since a provider may answer the same to the same. A whole number below 2^31. */
const seedOf = ({ seed, attempt, remediation }: AgentRequest, candidates: number) =>
  (seed + remediation * 10_007 + attempt * 101 + candidates) & 0x7fffffff;

/** One run of the SDK's loop. Want of tokens ends it like an answer: what was made until then may be enough. */
async function askAndUseTools(
  settings: Parameters<typeof generateText>[0],
): Promise<{ readonly steps: number; readonly messages: readonly SdkMessage[]; readonly problem: string | null }> {
  try {
    const { steps, responseMessages } = await generateText(settings);
    return { steps: steps.length, messages: responseMessages, problem: null };
  } catch (error) {
    if (error instanceof BudgetExceededError) return { steps: 0, messages: [], problem: error.message };
    throw AISDKError.isInstance(error) ? toModelError(error) : error;
  }
}

/** Works under a signal as the AI SDK takes it, that is aborted with the attempt's and at the end. @throws ModelCallError `model.cancelled` */
async function whileWanted<Result>(caller: CancellationSignal, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  caller.addEventListener('abort', stop);
  if (caller.aborted) stop();
  try {
    controller.signal.throwIfAborted();
    return await work(controller.signal);
  } catch (error) {
    if (caller.aborted && !KamachiqError.isInstance(error)) throw modelError('model.cancelled', 'the attempt was cancelled');
    throw error;
  } finally {
    caller.removeEventListener('abort', stop);
    stop();
  }
}
