/**
 * Output tokens that a provider counts in the middle of its stream, as some do; 0 where this piece of it says nothing of it.
 *
 * The last piece is left alone: what it says is the usage of the whole, and is told as it is.
 */
export function readRunningCount(piece: unknown): number {
  const { choices, usage, candidates, usageMetadata } = fieldsOf(piece);
  const openAi = fieldsOf(Array.isArray(choices) ? choices[0] : undefined);
  if ('delta' in openAi && !isSet(openAi.finish_reason)) return asCount(fieldsOf(usage).completion_tokens);
  const google = fieldsOf(Array.isArray(candidates) ? candidates[0] : undefined);
  return 'content' in google && !isSet(google.finishReason) ? asCount(fieldsOf(usageMetadata).candidatesTokenCount) : 0;
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const isSet = (value: unknown) => value !== undefined && value !== null;

const asCount = (value: unknown) => (typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0);
