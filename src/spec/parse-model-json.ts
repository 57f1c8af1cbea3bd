import type { z } from 'zod';
import type { InputFinding } from '../errors/input-finding.js';
import { reportIssues } from './describe-issue.js';
import { toData } from './located-value.js';
import { type AnswerLimits, readAnswer } from './read-answer.js';
import { readForm } from './read-form.js';

/** What an answer says, or everything that is wrong with it, fit to be fed back. @public */
export type ModelJsonResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly findings: readonly InputFinding[] };

/**
 * Reads the JSON of a model's answer, in a fence or after prose too: the first value that satisfies the schema. Refuses answers that are empty,
 * huge, deep or cut off, repeated keys, and keys that reach prototypes.
 *
 * @returns The value or findings with codes `answer.*`. Never throws, whatever the text; what a schema's own functions throw passes through.
 * @public
 */
export function parseModelJson<Value>(text: string, schema: z.ZodType<Value>, limits: AnswerLimits = {}): ModelJsonResult<Value> {
  return readAnswer(text, limits, (source, report) => {
    const root = readForm(source, { kind: 'json' }, [], report);
    if (root.settled === true) return null;
    const parsed = schema.safeParse(toData(root));
    if (parsed.success) return { value: parsed.data };
    reportIssues(parsed.error.issues, { root, report, fileKey: (key) => key });
    return null;
  });
}
