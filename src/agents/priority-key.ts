/** Levels that Temporal knows: 1 is served before 2, and so on. */
const LEVELS = 5;

/**
 * The level at which an agent waits in a queue of the server: 1 for whoever has at least four fifths of the urgency of the most urgent that is left, 5
 * for whoever has less than one.
 */
export function priorityKeyOf(urgency: number, mostUrgent: number): number {
  const share = mostUrgent > 0 ? urgency / mostUrgent : 1;
  return Math.min(LEVELS, Math.max(1, LEVELS - Math.floor(share * LEVELS)));
}
