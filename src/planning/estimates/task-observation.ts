/** What decides which tasks are alike. @public */
export interface TaskKind {
  /** Name and version of the task template. Example: `python-function/1`. */
  readonly template: string;
  readonly persona: string;
  /** Id of the model; `none` where the template asks none. */
  readonly model: string;
}

/** A task as far as its estimate goes. @public */
export interface TaskOutline extends TaskKind {
  /** Characters of its first prompt, as far as they follow from the plan. */
  readonly characters: number;
  /** Tokens that each attempt will be given, as the plan has them. */
  readonly plannedTokens: number;
  /** Milliseconds that the plan expects it to take. */
  readonly plannedMilliseconds: number;
}

/** What one finished task teaches about tasks of its kind; plain JSON. @public */
export interface TaskObservation extends TaskKind {
  readonly projectId: string;
  readonly taskId: string;
  /** ISO 8601, UTC. */
  readonly finishedAt: string;
  /** As in its outline. */
  readonly characters: number;
  /** Most tokens that one of its attempts was given. */
  readonly heldTokens: number;
  /** Prompts and answers of all attempts, and of their reviews. */
  readonly tokens: number;
  /** What they cost, in millionths of a dollar; 0 where the model has no price. */
  readonly microDollars: number;
  /** Prompt and answer of each of the first 64 candidates. */
  readonly candidateTokens: readonly number[];
  readonly candidates: number;
  readonly attempts: number;
  readonly remediations: number;
  /** From its start until it was approved, failed, or went to a person. */
  readonly workingMilliseconds: number;
  readonly succeeded: boolean;
}

/** Candidates whose tokens are kept. */
export const MOST_CANDIDATES = 64;

/** Longest text of an observation: longer ones were not written by us. */
const MOST_CHARACTERS = 1_000;

/** An observation as it was read from anywhere, with nothing besides; null for what is none. @internal */
export function readObservation(value: unknown): TaskObservation | null {
  if (typeof value !== 'object' || value === null) return null;
  const { projectId, taskId, finishedAt, template, persona, model, succeeded, candidateTokens, ...rest } = value as TaskObservation;
  const { characters, heldTokens, tokens, microDollars, candidates, attempts, remediations, workingMilliseconds } = rest;
  const texts = { projectId, taskId, finishedAt, template, persona, model };
  const counts = { characters, heldTokens, tokens, microDollars, candidates, attempts, remediations, workingMilliseconds };
  const isSound =
    Object.values(texts).every((text) => typeof text === 'string' && text.length <= MOST_CHARACTERS) &&
    Object.values(counts).every(isCount) &&
    typeof succeeded === 'boolean' &&
    Array.isArray(candidateTokens) &&
    candidateTokens.length <= MOST_CANDIDATES &&
    candidateTokens.every(isCount);
  return isSound ? { ...texts, ...counts, candidateTokens: [...candidateTokens], succeeded } : null;
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
