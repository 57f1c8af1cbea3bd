import type { InputFinding } from '../errors/input-finding.js';
import type { IssueContext } from './describe-issue.js';
import { findStructureProblems } from './find-structure-problems.js';
import { FindingList } from './finding-list.js';
import type { MappingForm } from './form.js';
import { inputLimits } from './input-limits.js';
import { locatePlainValue } from './locate-plain-value.js';
import { toData } from './located-value.js';
import { fileKeyOf, readForm } from './read-form.js';
import { readJsonSource } from './read-json-source.js';
import { readYamlSource } from './read-yaml-source.js';
import { showCount } from './show-input.js';
import type { SourceValue } from './source-value.js';

/** What a document says, or everything that is wrong with it. @internal */
export type JudgedDocument<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly findings: readonly InputFinding[] };

/**
 * Says what a document in its TypeScript form means; null where it means nothing. Whatever it reports keeps the document from being accepted.
 *
 * @internal
 */
export type Judge<Value> = (data: unknown, context: IssueContext, findings: FindingList) => Value | null;

/**
 * Judges a text, YAML or JSON; findings in the order of the text, with line and column.
 *
 * @param mostBytes - @default 1 MiB
 * @internal
 */
export function judgeText<Value>(
  text: string,
  form: MappingForm,
  judge: Judge<Value>,
  mostBytes: number = inputLimits.specBytes,
): JudgedDocument<Value> {
  const bytes = text.length > mostBytes ? text.length : new TextEncoder().encode(text).length;
  if (bytes > mostBytes) {
    const findings = new FindingList('spec');
    findings.add({ kind: 'too-large', path: [], expected: describeLimit(mostBytes), got: `${showCount(bytes)} bytes` });
    return { ok: false, findings: findings.toFindings() };
  }
  const findings = new FindingList('spec', text);
  const report = findings.add.bind(findings);
  const source = readSource(text, report);
  if (source === null) return { ok: false, findings: findings.toFindings() };
  findStructureProblems(source, text, report);
  const root = readForm(source, form, [], report);
  return conclude({ root, report, fileKey: (key) => fileKeyOf(form, key) }, findings, judge);
}

/** Judges what a program made; findings with paths in the TypeScript names. @internal */
export function judgePlainValue<Value>(value: unknown, judge: Judge<Value>): JudgedDocument<Value> {
  const findings = new FindingList('spec');
  const report: IssueContext['report'] = (problem) => findings.add(problem);
  const root = locatePlainValue(value, (problem) => findings.add(problem));
  return conclude({ root, report, fileKey: (key) => key }, findings, judge);
}

function conclude<Value>(context: IssueContext, findings: FindingList, judge: Judge<Value>): JudgedDocument<Value> {
  const value = judge(toData(context.root), context, findings);
  return value !== null && findings.isEmpty ? { ok: true, value } : { ok: false, findings: findings.toFindings() };
}

/** Example: `at most 1,048,576 bytes`. @internal */
export function describeSpecLimit(): string {
  return describeLimit(inputLimits.specBytes);
}

const describeLimit = (bytes: number) => `at most ${showCount(bytes)} bytes`;

/** JSON is read as such, so that its texts and numbers can't be anything else; what isn't JSON may still be YAML. */
function readSource(text: string, report: FindingList['add']): SourceValue | null {
  const start = text.search(/[^\s\ufeff]/);
  if (text[start] === '{') {
    const json = readJsonSource(text, start, inputLimits.specDepth);
    if (json.ok && text.slice(json.end).trim() === '') return json.root;
  }
  return readYamlSource(text, report);
}
