/** Most causes that are looked at: errors from elsewhere can be their own. */
const MOST_CAUSES = 16;

/** Most characters of a reason, and of its first part: what follows it is the root of the matter, and short. */
const REASON_CHARACTERS = 500;
const FIRST_PART_CHARACTERS = 340;

/**
 * Why something failed: what the first that was no mere wrapper said, and the root of it where that is not said already.
 *
 * @returns At most 500 characters.
 */
export function readReason(error: unknown): string {
  const causes = causesOf(error).filter(({ message }) => message !== '');
  const told = causes.filter((link) => !isWrapper(link));
  const first = told[0] ?? causes[0];
  if (first === undefined) return String(error).slice(0, REASON_CHARACTERS);
  const reason = `${first.name === 'ApplicationFailure' ? `${(first as { readonly type?: string | null }).type ?? 'failure'}: ` : ''}${first.message}`;
  const root = told.at(-1)?.message ?? '';
  if (reason.includes(root)) return reason.slice(0, REASON_CHARACTERS);
  return `${reason.slice(0, FIRST_PART_CHARACTERS)} (${root.slice(0, REASON_CHARACTERS - FIRST_PART_CHARACTERS - 3)})`;
}

/** An error and what it was caused by, outermost first. */
export function causesOf(error: unknown): readonly Error[] {
  const causes: Error[] = [];
  for (let link = error; link instanceof Error && causes.length < MOST_CAUSES; link = link.cause) causes.push(link);
  return causes;
}

/** The server's envelopes: "Activity task failed" tells nobody anything. Told by name, so that a worker may ask as well as a workflow. */
export const isWrapper = ({ name }: Error): boolean => name === 'ActivityFailure' || name === 'ChildWorkflowFailure';
