import type { InputFinding } from '../errors/input-finding.js';
import { InvalidInputError } from '../errors/invalid-input-error.js';
import type { GraphPatch } from '../graph/run/graph-patch.js';
import { isReason, REASON_CHARACTERS } from '../workflow/revision-reason.js';
import { isUpdateId, UPDATE_ID_CHARACTERS } from './update-id.js';

/**
 * Checks a change of a plan by itself, before it is sent.
 *
 * @returns The patch with defaults filled in.
 * @throws InvalidInputError `input.invalid` with all findings at once
 */
export async function checkRevision(patch: unknown, reason: unknown, updateId: unknown): Promise<GraphPatch> {
  // Loaded when a plan is changed, not with the client, as for `checkSubmission`.
  const [{ parseGraphPatch }, { showText }] = await Promise.all([import('../spec/parse-graph-patch.js'), import('../spec/show-input.js')]);
  const parsed = parseGraphPatch(patch);
  const findings: InputFinding[] = parsed.ok ? [] : [...parsed.findings];
  const refuse = (path: string, expected: string, got: unknown) =>
    findings.push({ code: 'client.invalid-option', path, expected, got: typeof got === 'string' ? showText(got) : typeof got });
  if (!isReason(reason)) refuse('reason', `1 to ${REASON_CHARACTERS} characters that say why`, reason);
  if (!isUpdateId(updateId)) refuse('options.updateId', `1 to ${UPDATE_ID_CHARACTERS} characters of one line`, updateId);
  if (parsed.ok && findings.length === 0) return parsed.patch;
  throw new InvalidInputError('the change of the plan', findings);
}
