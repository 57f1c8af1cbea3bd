import type { InputFinding } from '../errors/input-finding.js';
import { InvalidInputError } from '../errors/invalid-input-error.js';
import type { ProjectSpec } from '../planning/project-spec.js';
import { reportIssues, reportProblems } from './describe-issue.js';
import { projectSpecForm } from './input-forms.js';
import { judgeText } from './judge-document.js';
import { completeProjectSpec, findProjectSpecProblems, findWeightProblems, projectSpecShape } from './project-spec-schema.js';

/** A spec, or everything that is wrong with it. @public */
export type ProjectSpecResult =
  | { readonly ok: true; readonly spec: ProjectSpec }
  | { readonly ok: false; readonly findings: readonly InputFinding[] };

/**
 * Reads a project spec, YAML or JSON, at most 1 MiB of text and 384 KiB as JSON. Keys may be written in snake_case or camelCase;
 * `docs/project-spec.md` lists them.
 *
 * @returns The spec with defaults filled in, or all findings, in the order of the text.
 * @public
 */
export function safeParseProjectSpec(text: string): ProjectSpecResult {
  const judged = judgeText(text, projectSpecForm, (data, context, findings) => {
    const parsed = projectSpecShape.safeParse(data);
    if (!parsed.success) reportIssues(parsed.error.issues, context);
    reportProblems(findProjectSpecProblems(data), context);
    if (!parsed.success || !findings.isEmpty) return null;
    const spec = completeProjectSpec(parsed.data);
    reportProblems(findWeightProblems(spec), context);
    return spec;
  });
  return judged.ok ? { ok: true, spec: judged.value } : judged;
}

/**
 * Reads a project spec, YAML or JSON, at most 1 MiB of text and 384 KiB as JSON.
 *
 * @param options - `subject` names in messages what was read; `the project spec` by default.
 * @throws InvalidInputError `spec.invalid` with all findings at once.
 * @public
 */
export function parseProjectSpec(text: string, options: { readonly subject?: string } = {}): ProjectSpec {
  const result = safeParseProjectSpec(text);
  if (result.ok) return result.spec;
  throw new InvalidInputError(options.subject ?? 'the project spec', result.findings, 'spec.invalid');
}
