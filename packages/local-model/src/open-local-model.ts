import { randomInt } from 'node:crypto';
import {
  type CancellationSignal,
  FinishReason,
  type InputFinding,
  InvalidInputError,
  KamachiqError,
  type ModelAnswer,
  ModelCallError,
  type ModelRequest,
} from 'kamachiq';
import type { LlamaGrammar, LlamaModel } from 'node-llama-cpp';
import { AnswerText } from './answer-text.js';
import { loadModelFile, tooLittleMemory } from './load-model-file.js';
import type { LocalModel, LocalModelOptions } from './local-model.js';
import { modelId } from './model-id.js';
import { ForcedTokenRefused, PromptSequence } from './prompt-sequence.js';
import { PromptTokenizer, type PromptTokens } from './prompt-tokenizer.js';
import { findRequestProblem, invalidRequest } from './request-problem.js';
import { SchemaGrammars } from './schema-grammars.js';
import { SequencePool } from './sequence-pool.js';

/** Does what `localModel` promises. Only here and below is the engine imported: see there. */
export async function openLocalModel({ modelFile, contextTokens, parallelSequences = 2, threads = 1 }: LocalModelOptions): Promise<LocalModel> {
  refuse([
    ...outOfRange('contextTokens', contextTokens ?? DEFAULT_CONTEXT_TOKENS, 64, 1_048_576),
    ...outOfRange('parallelSequences', parallelSequences, 1, 64),
    ...outOfRange('threads', threads, 1, 256),
  ]);
  const model = await loadModelFile(modelFile);
  try {
    const size = contextTokens ?? Math.min(DEFAULT_CONTEXT_TOKENS, model.trainContextSize);
    refuse(outOfRange('contextTokens', size, 64, model.trainContextSize));
    const sequences: PromptSequence[] = [];
    for (let opened = 0; opened < parallelSequences; opened += 1) sequences.push(await PromptSequence.open(model, size, threads));
    return new OpenLocalModel(model, modelId(modelFile), size, sequences);
  } catch (cause) {
    await model.dispose();
    throw KamachiqError.isInstance(cause) ? cause : tooLittleMemory(modelFile, cause);
  }
}

const DEFAULT_CONTEXT_TOKENS = 4096;

class OpenLocalModel implements LocalModel {
  readonly specificationVersion = 1;
  readonly id: string;
  readonly contextTokens: number;
  readonly #model: LlamaModel;
  readonly #prompts: PromptTokenizer;
  readonly #grammars: SchemaGrammars;
  readonly #sequences: readonly PromptSequence[];
  readonly #pool: SequencePool<PromptSequence>;
  readonly #underWay = new Set<Promise<unknown>>();
  #closing: Promise<void> | null = null;

  constructor(model: LlamaModel, id: string, contextTokens: number, sequences: readonly PromptSequence[]) {
    this.id = id;
    this.contextTokens = contextTokens;
    this.#model = model;
    this.#prompts = new PromptTokenizer(model);
    this.#grammars = new SchemaGrammars(model.llama);
    this.#sequences = sequences;
    this.#pool = new SequencePool(sequences);
  }

  async doCountTokens(request: ModelRequest): Promise<{ readonly tokens: number; readonly exact: boolean }> {
    return { tokens: countTokens(this.#read(request)), exact: true };
  }

  async doGenerate(request: ModelRequest, signal: CancellationSignal): Promise<ModelAnswer> {
    const tokens = this.#read(request);
    const inputTokens = countTokens(tokens);
    if (inputTokens + request.maxOutputTokens > this.contextTokens) throw this.#tooLong(inputTokens, request.maxOutputTokens);
    const grammar = request.answerSchema === undefined ? null : await this.#grammars.compile(request.answerSchema);
    const answer = this.#answer(request, tokens, grammar, signal);
    this.#underWay.add(answer);
    try {
      return await answer;
    } finally {
      this.#underWay.delete(answer);
    }
  }

  doClose(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#pool.refuseWaiters(this.#closedError());
    // The sequences' memory must not go while the engine still works on it: every call notices at its next step.
    await Promise.allSettled(this.#underWay);
    for (const sequence of this.#sequences) await sequence.close();
    await this.#model.dispose();
  }

  #read(request: ModelRequest): PromptTokens {
    if (this.#closing !== null) throw this.#closedError();
    const problem = findRequestProblem(request);
    if (problem !== null) throw invalidRequest(problem);
    return this.#prompts.tokenize(request);
  }

  async #answer(request: ModelRequest, tokens: PromptTokens, grammar: LlamaGrammar | null, signal: CancellationSignal): Promise<ModelAnswer> {
    // Only a grammar has to see the prefix go by; without one it is evaluated with the prompt, many tokens in a step.
    const forced = grammar === null ? [] : tokens.answerPrefix;
    const prompt = grammar === null ? [...tokens.prompt, ...tokens.answerPrefix] : tokens.prompt;
    const checkpoint = () => {
      if (signal.aborted) throw cancelled();
      if (this.#closing !== null) throw this.#closedError();
    };
    const sequence = await this.#pool.acquire((candidate) => candidate.countReusable(prompt), signal, cancelled);
    try {
      checkpoint();
      return await this.#draw(sequence, request, tokens, { prompt, forced, grammar, checkpoint });
    } catch (cause) {
      if (cause instanceof ForcedTokenRefused) throw invalidRequest('No answer that satisfies answerSchema begins with answerPrefix.');
      throw KamachiqError.isInstance(cause) ? cause : engineFailed(cause);
    } finally {
      this.#pool.release(sequence);
    }
  }

  async #draw(
    sequence: PromptSequence,
    { answerPrefix = '', maxOutputTokens, temperature = 0, seed, stopSequences = [] }: ModelRequest,
    tokens: PromptTokens,
    { prompt, forced, grammar, checkpoint }: Evaluation,
  ): Promise<ModelAnswer> {
    const text = new AnswerText(this.#model, [...tokens.prompt, ...tokens.answerPrefix], stopSequences);
    const sampling = { temperature, seed: seed === undefined ? randomInt(SEED_RANGE) : foldSeed(seed), grammar };
    let outputTokens = 0;
    let finishReason: FinishReason = FinishReason.STOP;
    for await (const token of sequence.generate(prompt, forced, sampling, checkpoint)) {
      outputTokens += 1;
      if (this.#model.isEogToken(token) || text.push(token)) break;
      if (outputTokens === maxOutputTokens) {
        finishReason = FinishReason.LENGTH;
        break;
      }
    }
    return { text: answerPrefix + text.toString(), usage: { inputTokens: countTokens(tokens), outputTokens, reported: true }, finishReason };
  }

  #tooLong(inputTokens: number, maxOutputTokens: number): ModelCallError {
    return new ModelCallError({
      code: 'model.context-too-long',
      message: `Expected prompt and answer within ${this.contextTokens} tokens, got ${inputTokens} and ${maxOutputTokens}.`,
      remedy: 'Shorten the prompt, lower maxOutputTokens, or open the model with more contextTokens.',
      context: { inputTokens, maxOutputTokens, contextTokens: this.contextTokens },
    });
  }

  #closedError(): ModelCallError {
    return new ModelCallError({ code: 'model.unavailable', message: `${this.id} was closed.`, remedy: 'Open it again with localModel.' });
  }
}

interface Evaluation {
  readonly prompt: PromptTokens['prompt'];
  readonly forced: PromptTokens['answerPrefix'];
  readonly grammar: LlamaGrammar | null;
  readonly checkpoint: () => void;
}

/** Seeds the engine takes as they are; the one above means "draw one" to it. */
const SEED_RANGE = 0xffff_ffff;

function foldSeed(seed: number): number {
  return ((seed % SEED_RANGE) + SEED_RANGE) % SEED_RANGE;
}

function countTokens({ prompt, answerPrefix }: PromptTokens): number {
  return prompt.length + answerPrefix.length;
}

function cancelled(): ModelCallError {
  return new ModelCallError({
    code: 'model.cancelled',
    message: 'The call was cancelled by its caller.',
    remedy: 'Call again if the answer is still wanted.',
  });
}

function engineFailed(cause: unknown): ModelCallError {
  return new ModelCallError({
    code: 'model.unavailable',
    message: `The engine stopped: ${cause instanceof Error ? cause.message : String(cause)}.`,
    remedy: 'Try again; if it stays, open the model anew.',
    cause,
  });
}

function refuse(findings: readonly InputFinding[]): void {
  if (findings.length > 0) throw new InvalidInputError('localModel options', findings);
}

function outOfRange(path: string, value: number, least: number, most: number): readonly InputFinding[] {
  if (Number.isInteger(value) && value >= least && value <= most) return [];
  return [{ code: 'model.invalid-option', path, expected: `an integer from ${least} to ${most}`, got: String(value) }];
}
