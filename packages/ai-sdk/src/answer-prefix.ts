import type { ModelMessage, ModelRequest } from 'kamachiq';

/**
 * How a provider is brought to begin its answer with a given text.
 *
 * - `continue`: the text is sent as the last message, from the assistant, for providers that go on where it ends.
 * - `instruct`: the model is asked to begin with it, for all others.
 *
 * @public
 */
export type AnswerPrefixMode = 'continue' | 'instruct';

/** The messages to send, the wish for a prefix among them. */
export function messagesWithPrefix({ messages, answerPrefix = '' }: ModelRequest, mode: AnswerPrefixMode): readonly ModelMessage[] {
  if (answerPrefix === '') return messages;
  if (mode === 'continue') return [...messages, { role: 'assistant', text: answerPrefix }];
  const wish = `Begin your answer with exactly the following text, without a word or fence before it, and go on from there:\n${answerPrefix}`;
  const last = messages.at(-1);
  // Joined to the user's last message: several providers refuse two messages of one role in a row.
  return last?.role === 'user'
    ? [...messages.slice(0, -1), { role: 'user', text: `${last.text}\n\n${wish}` }]
    : [...messages, { role: 'user', text: wish }];
}

/**
 * The answer's text, beginning with the prefix.
 *
 * What was asked for may come behind blanks or the opening line of a fence, which are dropped. An answer without the prefix is taken for its continuation
 * and the prefix is put before it: nothing tells a continuation from a text of its own but running it.
 */
export function textWithPrefix(text: string, answerPrefix: string, mode: AnswerPrefixMode): string {
  if (mode === 'continue') return answerPrefix + text;
  if (text.startsWith(answerPrefix)) return text;
  const bare = text.replace(/^\s*(?:```[^\n]*\n)?/, '');
  if (bare.startsWith(answerPrefix)) return bare;
  // The bare text has lost blanks that may belong to the prefix.
  const unfenced = text.replace(/^\s*```[^\n]*\n/, '');
  return unfenced.startsWith(answerPrefix) ? unfenced : answerPrefix + text;
}
