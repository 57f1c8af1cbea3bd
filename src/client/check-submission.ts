import type { InputFinding } from '../errors/input-finding.js';
import { InvalidInputError } from '../errors/invalid-input-error.js';
import type { ProjectSpec } from '../planning/project-spec.js';
import { showOption } from './show-option.js';
import type { SubmitOptions } from './submit-options.js';

/** Thirty days and one year: the bounds of what a person may be given, in minutes. The least is 60 milliseconds. */
const LEAST_REVIEW_MINUTES = 0.001;
const MOST_REVIEW_MINUTES = 525_600;

/** It names workflows, whose ids go on after a slash, and folders, which file systems bound to 255 bytes with what is appended to them. */
const PROJECT_ID = /^[A-Za-z0-9_][A-Za-z0-9._:@+-]{0,199}$/;

/**
 * Checks everything that a project is started with, before anything is.
 *
 * @param spec - Anything: hosts build specs by hand, or read them back from JSON.
 * @returns The spec with defaults filled in.
 * @throws InvalidInputError `input.invalid` with all findings at once
 */
export async function checkSubmission(spec: unknown, options: SubmitOptions): Promise<ProjectSpec> {
  // Loaded when a project is started, not with the client: zod stands behind it, and who only watches or decides needs none of it.
  const { checkProjectSpec } = await import('../spec/check-project-spec.js');
  const checked = checkProjectSpec(spec);
  const findings = findOptionProblems(options);
  if (checked.ok && findings.length === 0) return checked.spec;
  const ofSpec = checked.ok ? [] : checked.findings.map((finding) => ({ ...finding, path: placeInSpec(finding.path) }));
  throw new InvalidInputError('the project to be started', [...ofSpec, ...findings]);
}

function findOptionProblems({ projectId, seed, reviewTimeoutMinutes }: SubmitOptions): readonly InputFinding[] {
  const findings: InputFinding[] = [];
  const refuse = (path: string, expected: string, got: unknown) =>
    findings.push({ code: 'client.invalid-option', path: `options.${path}`, expected, got: showOption(got) });
  if (projectId !== undefined && (typeof projectId !== 'string' || !PROJECT_ID.test(projectId))) {
    refuse('projectId', '1 to 200 letters, digits and . _ : @ + - that begin with a letter, a digit or _', projectId);
  }
  if (seed !== undefined && (!Number.isSafeInteger(seed) || seed < 0)) {
    refuse('seed', `a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`, seed);
  }
  const minutes = reviewTimeoutMinutes;
  if (minutes !== undefined && !(typeof minutes === 'number' && minutes >= LEAST_REVIEW_MINUTES && minutes <= MOST_REVIEW_MINUTES)) {
    refuse('reviewTimeoutMinutes', `a number of minutes from ${LEAST_REVIEW_MINUTES} to ${MOST_REVIEW_MINUTES}`, minutes);
  }
  return findings;
}

const placeInSpec = (path: string) => (path === '' || path.startsWith('[') ? `spec${path}` : `spec.${path}`);
