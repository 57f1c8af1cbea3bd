import { reportIssues, reportProblems } from './describe-issue.js';
import { FindingList } from './finding-list.js';
import { locatePlainValue } from './locate-plain-value.js';
import { toData } from './located-value.js';
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
  const findings = new FindingList('spec');
  const report = (problem: Parameters<FindingList['add']>[0]) => findings.add(problem);
  const root = locatePlainValue(spec, report);
  const data = toData(root);
  const parsed = projectSpecShape.safeParse(data);
  const context = { root, report, fileKey: (key: string) => key };
  if (!parsed.success) reportIssues(parsed.error.issues, context);
  reportProblems(findProjectSpecProblems(data), context);
  if (parsed.success && findings.isEmpty) return { ok: true, spec: completeProjectSpec(parsed.data) };
  return { ok: false, findings: findings.toFindings() };
}
