import type { InputFinding } from '../errors/input-finding.js';
import { InvalidInputError } from '../errors/invalid-input-error.js';
import type { ProjectProgress } from '../workflow/project-types.js';
import { showOption } from './show-option.js';

/** How a project is watched. @public */
export interface WatchOptions {
  /** Milliseconds between two looks, from 10 to 3,600,000. @defaultValue 1,000 */
  readonly intervalMilliseconds?: number;
  /**
   * What was seen already, as `ProjectHandle.status` returned it; it may have been kept as JSON. What happened until then is not told again.
   *
   * @defaultValue nothing
   */
  readonly since?: ProjectProgress;
}

const LEAST_INTERVAL = 10;
const MOST_INTERVAL = 3_600_000;

/** @throws InvalidInputError `input.invalid` with all findings at once */
export function checkWatchOptions(options: WatchOptions, projectId: string): WatchOptions {
  const { intervalMilliseconds, since } = options;
  const findings: InputFinding[] = [];
  const refuse = (path: string, expected: string, got: unknown) =>
    findings.push({ code: 'client.invalid-option', path: `options.${path}`, expected, got: showOption(got) });
  const fits = Number.isFinite(intervalMilliseconds) && intervalMilliseconds! >= LEAST_INTERVAL && intervalMilliseconds! <= MOST_INTERVAL;
  if (intervalMilliseconds !== undefined && !fits) {
    refuse('intervalMilliseconds', `a number of milliseconds from ${LEAST_INTERVAL} to ${MOST_INTERVAL}`, intervalMilliseconds);
  }
  if (since !== undefined && (since?.projectId !== projectId || !Array.isArray(since.tasks))) refuse('since', 'a status of this project', since);
  if (findings.length > 0) throw new InvalidInputError('how a project is watched', findings);
  return options;
}
