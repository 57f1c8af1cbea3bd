import { KamachiqError } from '../errors/kamachiq-error.js';
import type { TaskOutputs } from '../graph/output-type.js';
import type { AgentOutcome, ProducedFile } from '../ports/agent-runner.js';
import type { FileOrigin } from '../report/project-report.js';

/** What of an outcome is looked at after the attempt. */
type ReadOutcome = Pick<AgentOutcome, 'passed' | 'files' | 'outputs' | 'candidates' | 'problems'>;

/**
 * Reads what a runner answered as the outcome of an attempt, with nothing besides.
 *
 * @param runnerId - For the error.
 * @throws KamachiqError `agent.invalid-outcome` for what is none
 */
export function readOutcome(answer: unknown, runnerId: string): ReadOutcome {
  if (!isObject(answer)) throw invalidOutcome(runnerId, 'an object', answer);
  const { passed, files, outputs, candidates, problems } = answer;
  if (typeof passed !== 'boolean') throw invalidOutcome(runnerId, 'passed as a boolean', passed);
  if (!isListOf(files, isFile)) throw invalidOutcome(runnerId, 'files as a list of path, text and madeBy each', files);
  if (!Number.isSafeInteger(candidates) || (candidates as number) < 0)
    throw invalidOutcome(runnerId, 'candidates as a whole number from 0', candidates);
  if (!isListOf(problems, isText)) throw invalidOutcome(runnerId, 'problems as a list of texts', problems);
  const plain = outputs === undefined ? undefined : asJson(outputs);
  if (plain === null) throw invalidOutcome(runnerId, 'outputs as an object of JSON', outputs);
  return { passed, files, candidates: candidates as number, problems, ...(plain === undefined ? {} : { outputs: plain }) };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string => typeof value === 'string';

function isListOf<Item>(value: unknown, isItem: (item: unknown) => item is Item): value is readonly Item[] {
  // Unlike `every`, this doesn't pass over holes.
  return Array.isArray(value) && Array.from(value).every(isItem);
}

const isFile = (value: unknown): value is ProducedFile =>
  isObject(value) && isText(value.path) && isText(value.text) && isOrigin(value.madeBy) && (value.role === undefined || isText(value.role));

const isOrigin = (value: unknown): value is FileOrigin =>
  isObject(value) && isText(value.template) && (value.kind === 'template' || isModelOrigin(value));

const isModelOrigin = ({ kind, model, candidates }: Readonly<Record<string, unknown>>): boolean =>
  kind === 'model' && isText(model) && Number.isSafeInteger(candidates);

/** Null for what is no object, or can't be written as JSON: it has numbers that are too large, goes in a circle or deeper than anything reads. */
function asJson(outputs: unknown): TaskOutputs | null {
  try {
    const plain: unknown = JSON.parse(JSON.stringify(outputs));
    return isObject(plain) ? (plain as TaskOutputs) : null;
  } catch {
    return null;
  }
}

const invalidOutcome = (runnerId: string, expected: string, got: unknown) =>
  new KamachiqError({
    code: 'agent.invalid-outcome',
    message: `Expected an outcome of the runner ${JSON.stringify(String(runnerId).slice(0, 80))} with ${expected}, got ${describe(got)}.`,
    remedy: 'Let the runner answer as `AgentOutcome` says; `describeAgentRunner` tells where it does not.',
  });

const describe = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'a list of others' : `one of type ${typeof value}`);
