import type { ModelRequest } from 'kamachiq';

/** What a template may write around a conversation: default instructions, a date, the opening of the answer. */
export const AROUND_CONVERSATION = 128;

/** What a template may write around one message: role, separators, and a token for where the text begins. */
export const AROUND_MESSAGE = 16;

/** What a template may have a model write around the name and the input of one call of a tool: brackets, keys, markers. */
export const AROUND_CALL = 32;

/** What a provider may write around a schema that it puts into the prompt. */
export const AROUND_SCHEMA = 256;

/** Tokens a text takes at most: one for each of its bytes in UTF-8. A tokenizer may join bytes; it never needs two tokens for one. */
export function countBytes(text: string): number {
  return Buffer.byteLength(text);
}

/**
 * An upper bound on what a request costs on the way in.
 *
 * It holds for providers that charge for the conversation, its template, and a schema put into the prompt indented. Not for those that add long texts of
 * their own: for them, give `tokenBound`.
 */
export function boundRequest({ messages, answerSchema }: ModelRequest, tokenBound: (text: string) => number): number {
  const texts = messages.reduce((sum, { text }) => sum + tokenBound(text) + AROUND_MESSAGE, AROUND_CONVERSATION);
  return answerSchema === undefined ? texts : texts + tokenBound(JSON.stringify(answerSchema, null, 2)) + AROUND_SCHEMA;
}
