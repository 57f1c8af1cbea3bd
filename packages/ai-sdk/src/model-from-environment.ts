import { type InputFinding, InvalidInputError, type LanguageModel } from 'kamachiq';
import { openAiCompatibleModel } from './open-ai-compatible-model.js';

/** Variables that name a model server. @public */
export interface ModelEnvironment {
  readonly OPENAI_BASE_URL?: string | undefined;
  readonly OPENAI_API_KEY?: string | undefined;
  readonly KAMACHIQ_MODEL?: string | undefined;
}

/**
 * Makes a language model of what the environment names: `OPENAI_BASE_URL`, `KAMACHIQ_MODEL`, and `OPENAI_API_KEY` for servers that ask for one.
 *
 * @param environment - Read instead of the process's own. @default process.env
 * @throws InvalidInputError naming every variable that is missing or malformed; a key is never repeated in it.
 * @public
 */
export function modelFromEnvironment(environment: ModelEnvironment = process.env): LanguageModel {
  const { OPENAI_BASE_URL: baseUrl = '', OPENAI_API_KEY: apiKey = '', KAMACHIQ_MODEL: model = '' } = environment;
  const findings = [...findBaseUrlProblem(baseUrl), ...findApiKeyProblem(apiKey), ...findModelProblem(model)];
  if (findings.length > 0) throw new InvalidInputError('the environment', findings);
  return openAiCompatibleModel({ baseUrl, model, ...(apiKey === '' ? {} : { apiKey }) });
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

function shown(value: string): string {
  return value === '' ? 'nothing' : JSON.stringify(value.replace(/\p{Cc}/gu, ' ').slice(0, 90));
}
