import { reportIssues, reportProblems } from './describe-issue.js';
import { judgePlainValue } from './judge-document.js';
import type { ProjectSpecResult } from './parse-project-spec.js';
import { completeProjectSpec, findProjectSpecProblems, projectSpecShape } from './project-spec-schema.js';

/**
 * Checks a project spec in its TypeScript form, whoever made it.
 *
 * @param spec - Anything.
 * @returns The spec with defaults filled in, or all findings, with paths in the TypeScript names.
 *
 * @internal
 */
export function checkProjectSpec(spec: unknown): ProjectSpecResult {
  const judged = judgePlainValue(spec, (data, context) => {
    const parsed = projectSpecShape.safeParse(data);
    if (!parsed.success) reportIssues(parsed.error.issues, context);
    reportProblems(findProjectSpecProblems(data), context);
    return parsed.success ? completeProjectSpec(parsed.data) : null;
  });
  return judged.ok ? { ok: true, spec: judged.value } : judged;
}
