import type { AttemptReport } from '../report/project-report.js';

/** Most characters of one cause, and of all of them. */
const CAUSE_CHARACTERS = 200;
const CHARACTERS = 800;

/**
 * Why attempts failed, each cause once with the attempts that it ended, where there was more than one cause; empty where all failed alike.
 * Example: `Attempts 1, 2: the provider is overloaded; attempt 3: no candidate passed.`
 */
export function describeCauses(attempts: readonly AttemptReport[]): string {
  const ended = new Map<string, number[]>();
  for (const { attempt, problems } of attempts) {
    const cause = (problems.at(-1) ?? 'no reason was told').slice(0, CAUSE_CHARACTERS).replace(/\.$/, '');
    ended.set(cause, [...(ended.get(cause) ?? []), attempt]);
  }
  if (ended.size < 2) return '';
  const causes = [...ended].map(
    ([cause, numbers], position) => `${position === 0 ? 'A' : 'a'}ttempt${numbers.length === 1 ? '' : 's'} ${numbers.join(', ')}: ${cause}`,
  );
  return `${causes.join('; ').slice(0, CHARACTERS)}.`;
}
