/** Most characters of a message and of a stack, and most errors of a chain of causes: some 100 kB at most, where servers take 2 MB. */
const MOST_CHARACTERS = 2_000;
const MOST_CAUSES = 8;

/**
 * The same error and its causes as they can be sent to a server: texts cut at 2,000 characters, of more than eight errors the first seven and the root.
 *
 * Errors of hosts and of their libraries may hold anything; a cause that is its own, or whose properties can't be read, ends the chain.
 */
export function boundedError(error: Error): Error {
  const links = chainOf(error);
  const kept = links.length <= MOST_CAUSES ? links : [...links.slice(0, MOST_CAUSES - 1), links.at(-1)!];
  return kept.reduceRight<Error | null>(copyWithCause, null)!;
}

/** What was thrown says, as far as it says anything, cut at 2,000 characters. */
export function messageOf(thrown: unknown): string {
  try {
    return cutText(String(thrown instanceof Error ? thrown.message : thrown));
  } catch {
    return `what was thrown is of type ${typeof thrown} and says nothing`;
  }
}

/** Cuts a text at 2,000 characters, and says how many are left out. */
export function cutText(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  return `${text.slice(0, MOST_CHARACTERS).replace(/[\ud800-\udbff]$/, '')}… (cut, ${text.length - MOST_CHARACTERS} more characters)`;
}

function chainOf(error: Error): readonly Error[] {
  const links = new Set<Error>();
  for (let link: unknown = error; link instanceof Error && !links.has(link); link = read(link, 'cause')) links.add(link);
  return [...links];
}

function copyWithCause(cause: Error | null, original: Error): Error {
  const copy = new Error(messageOf(original), cause === null ? {} : { cause });
  copy.name = textOf(read(original, 'name'), 'Error');
  copy.stack = textOf(read(original, 'stack'), '');
  return copy;
}

const textOf = (value: unknown, otherwise: string) => (typeof value === 'string' ? cutText(value) : otherwise);

function read(error: Error, property: 'cause' | 'name' | 'stack'): unknown {
  try {
    return error[property];
  } catch {
    return undefined;
  }
}
