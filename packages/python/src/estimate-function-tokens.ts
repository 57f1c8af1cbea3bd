import { functionPrompt } from './function-prompt.js';
import type { FunctionInputs } from './task-inputs.js';

/** Candidates that a small model may need: most functions it can write at all pass within these. */
const CANDIDATES = 40;

/** Usual length of one candidate's answer in tokens, as measured with a model of 135 million parameters. */
const ANSWER_TOKENS = 40;

/** Tokens of a project's instructions and of the chat's own marks, which come with every prompt. */
const INSTRUCTION_TOKENS = 40;

/** Characters of a prompt for one token, on the careful side: code has about 3.2. */
const CHARACTERS_PER_TOKEN = 3;

/** Tokens that a function may cost until a candidate passes, prompts and answers together. */
export function estimateFunctionTokens(inputs: FunctionInputs): number {
  const { messages, answerPrefix = '' } = functionPrompt(inputs, { feedback: [], failure: null });
  const characters = messages.reduce((total, { text }) => total + text.length, answerPrefix.length);
  const candidate = Math.ceil(characters / CHARACTERS_PER_TOKEN) + INSTRUCTION_TOKENS + ANSWER_TOKENS;
  return Math.ceil((CANDIDATES * candidate) / 100) * 100;
}
