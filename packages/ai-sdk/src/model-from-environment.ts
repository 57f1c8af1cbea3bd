import { type InputFinding, InvalidInputError, type LanguageModel } from 'kamachiq';
import { openAiCompatibleModel } from './open-ai-compatible-model.js';

/** Variables that name a model server. @public */
export interface ModelEnvironment {
  readonly OPENAI_BASE_URL?: string | undefined;
  readonly OPENAI_API_KEY?: string | undefined;
  readonly KAMACHIQ_MODEL?: string | undefined;
  /** Dollars for a million tokens of prompts; where it is set, that of answers is, too. */
  readonly KAMACHIQ_INPUT_PRICE?: string | undefined;
  /** Dollars for a million tokens of answers. */
  readonly KAMACHIQ_OUTPUT_PRICE?: string | undefined;
}

/**
 * Makes a language model of what the environment names: `OPENAI_BASE_URL`, `KAMACHIQ_MODEL`, and `OPENAI_API_KEY` for servers that ask for one. What its
 * tokens cost is told by `KAMACHIQ_INPUT_PRICE` and `KAMACHIQ_OUTPUT_PRICE`, in dollars for a million; without both, a budget in dollars limits nothing.
 *
 * @param environment - Read instead of the process's own. @default process.env
 * @throws InvalidInputError naming every variable that is missing or malformed; a key is never repeated in it.
 * @public
 */
export function modelFromEnvironment(environment: ModelEnvironment = process.env): LanguageModel {
  const { OPENAI_BASE_URL: baseUrl = '', OPENAI_API_KEY: apiKey = '', KAMACHIQ_MODEL: model = '' } = environment;
  const { KAMACHIQ_INPUT_PRICE: input = '', KAMACHIQ_OUTPUT_PRICE: output = '' } = environment;
  const isPriced = input !== '' || output !== '';
  const findings = [
    ...findBaseUrlProblem(baseUrl),
    ...findApiKeyProblem(apiKey),
    ...findModelProblem(model),
    ...(isPriced ? [...findPriceProblem('KAMACHIQ_INPUT_PRICE', input), ...findPriceProblem('KAMACHIQ_OUTPUT_PRICE', output)] : []),
  ];
  if (findings.length > 0) throw new InvalidInputError('the environment', findings);
  const price = { inputDollarsPerMillionTokens: Number(input), outputDollarsPerMillionTokens: Number(output) };
  return openAiCompatibleModel({ baseUrl, model, ...(apiKey === '' ? {} : { apiKey }), ...(isPriced ? { price } : {}) });
}

function findBaseUrlProblem(baseUrl: string): readonly InputFinding[] {
  const protocol = URL.parse(baseUrl)?.protocol;
  if (protocol === 'http:' || protocol === 'https:') return [];
  return [{ code: 'model.base-url', path: 'OPENAI_BASE_URL', expected: 'an http or https address of a model server', got: shown(baseUrl) }];
}

function findApiKeyProblem(apiKey: string): readonly InputFinding[] {
  if (!/[^\x21-\x7e]/.test(apiKey)) return [];
  return [
    { code: 'model.api-key', path: 'OPENAI_API_KEY', expected: 'visible ASCII characters alone', got: 'blanks, line breaks or other characters' },
  ];
}

function findModelProblem(model: string): readonly InputFinding[] {
  if (model !== '' && !/\p{Cc}/u.test(model) && model.trim() === model) return [];
  return [{ code: 'model.name', path: 'KAMACHIQ_MODEL', expected: 'the name of a model as the server knows it', got: shown(model) }];
}

/** Dollars for a million tokens; dearer than any model by far. */
const HIGHEST_PRICE = 1_000_000;

function findPriceProblem(path: string, price: string): readonly InputFinding[] {
  if (/^\d+(\.\d+)?$/.test(price) && Number(price) <= HIGHEST_PRICE) return [];
  return [{ code: 'model.price', path, expected: `dollars for a million tokens, from 0 to ${HIGHEST_PRICE}`, got: shown(price) }];
}

function shown(value: string): string {
  return value === '' ? 'nothing' : JSON.stringify(value.replace(/\p{Cc}/gu, ' ').slice(0, 90));
}
