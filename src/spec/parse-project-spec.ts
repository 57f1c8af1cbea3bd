import type { InputFinding } from '../errors/input-finding.js';
import { InvalidInputError } from '../errors/invalid-input-error.js';
import type { ProjectSpec } from '../planning/project-spec.js';
import { reportIssues, reportProblems } from './describe-issue.js';
import { findStructureProblems } from './find-structure-problems.js';
import { FindingList } from './finding-list.js';
import { projectSpecForm } from './input-forms.js';
import { inputLimits } from './input-limits.js';
import { toData } from './located-value.js';
import { completeProjectSpec, findProjectSpecProblems, findWeightProblems, projectSpecShape } from './project-spec-schema.js';
import { fileKeyOf, readForm } from './read-form.js';
import { readJsonSource } from './read-json-source.js';
import { readYamlSource } from './read-yaml-source.js';
import { showCount } from './show-input.js';
import type { SourceValue } from './source-value.js';

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
  const bytes = text.length > inputLimits.specBytes ? text.length : new TextEncoder().encode(text).length;
  if (bytes > inputLimits.specBytes) {
    const findings = new FindingList('spec');
    findings.add({ kind: 'too-large', path: [], expected: describeSpecLimit(), got: `${showCount(bytes)} bytes` });
    return { ok: false, findings: findings.toFindings() };
  }
  const findings = new FindingList('spec', text);
  const report = findings.add.bind(findings);
  const source = readSource(text, report);
  if (source === null) return { ok: false, findings: findings.toFindings() };
  findStructureProblems(source, text, report);
  const root = readForm(source, projectSpecForm, [], report);
  const data = toData(root);
  const parsed = projectSpecShape.safeParse(data);
  const context = { root, report, fileKey: (key: string) => fileKeyOf(projectSpecForm, key) };
  if (!parsed.success) reportIssues(parsed.error.issues, context);
  reportProblems(findProjectSpecProblems(data), context);
  if (parsed.success && findings.isEmpty) {
    const spec = completeProjectSpec(parsed.data);
    reportProblems(findWeightProblems(spec), context);
    if (findings.isEmpty) return { ok: true, spec };
  }
  return { ok: false, findings: findings.toFindings() };
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

/** Example: `at most 1,048,576 bytes`. @internal */
export function describeSpecLimit(): string {
  return `at most ${showCount(inputLimits.specBytes)} bytes`;
}

/** JSON is read as such, so that its texts and numbers can't be anything else; what isn't JSON may still be YAML. */
function readSource(text: string, report: FindingList['add']): SourceValue | null {
  const start = text.search(/[^\s\ufeff]/);
  if (text[start] === '{') {
    const json = readJsonSource(text, start, inputLimits.specDepth);
    if (json.ok && text.slice(json.end).trim() === '') return json.root;
  }
  return readYamlSource(text, report);
}
