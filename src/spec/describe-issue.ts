import type { z } from 'zod';
import type { InputPath, InputProblem, InputProblemKind } from './input-problem.js';
import { findPlace, type LocatedValue, type Place } from './located-value.js';
import { showCount, showSource, showText } from './show-input.js';
import type { RuleParameters } from './text-schemas.js';

type Issue = z.core.$ZodIssue;

/** Where to look issues up and whom to tell. @internal */
export interface IssueContext {
  readonly root: LocatedValue;
  /** The name that a key has in the input. */
  readonly fileKey: (key: string) => string;
  readonly report: (problem: InputProblem, offset: number) => void;
}

/** Reports a schema's issues as findings, at the places where their values were written. @internal */
export function reportIssues(issues: readonly Issue[], context: IssueContext, prefix: InputPath = []): void {
  for (const issue of issues) {
    const path = [...prefix, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      reportIssues(chooseBranch(issue.errors), context, path);
      continue;
    }
    const place = findPlace(context.root, path, context.fileKey);
    if (place.settled) continue;
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        const at = findPlace(context.root, [...path, key], context.fileKey);
        context.report({ kind: 'unknown-key', path: at.path, expected: 'a known key', got: showText(key) }, at.offset);
      }
      continue;
    }
    const { kind, expected } = describe(issue, place);
    context.report({ kind, path: place.path, expected, got: describeGot(issue, place) }, place.offset);
  }
}

/** Reports problems whose paths are those of the TypeScript form. @internal */
export function reportProblems(problems: readonly InputProblem[], context: IssueContext): void {
  for (const problem of problems) {
    const place = findPlace(context.root, problem.path, context.fileKey);
    if (!place.settled) context.report({ ...problem, path: place.path }, place.offset);
  }
}

/** Of the alternatives the one that fits best: the one with the fewest issues that aren't unknown keys, then with the fewest at all. */
function chooseBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const weight = (issues: readonly Issue[]) => issues.reduce((sum, { code }) => sum + (code === 'unrecognized_keys' ? 101 : 100), 0);
  return [...branches].sort((a, b) => weight(a) - weight(b))[0]!;
}

function describe(issue: Issue, place: Place): { readonly kind: InputProblemKind; readonly expected: string } {
  switch (issue.code) {
    case 'invalid_type':
      return {
        kind: place.source === undefined ? 'missing' : 'wrong-type',
        expected: typeNames[issue.expected] ?? `a value of type ${issue.expected}`,
      };
    case 'invalid_value': {
      const values = issue.values.map((value) => (typeof value === 'string' ? value : String(value)));
      const wrongType = place.source !== undefined && place.source.kind !== 'text' && issue.values.every((value) => typeof value === 'string');
      const kind = place.source === undefined ? 'missing' : wrongType ? 'wrong-type' : 'out-of-range';
      return { kind, expected: values.length === 1 ? values[0]! : `one of ${values.join(', ')}` };
    }
    case 'too_small':
      return { kind: 'out-of-range', expected: limitPhrase(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum) };
    case 'too_big':
      return { kind: 'out-of-range', expected: limitPhrase(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum) };
    case 'custom': {
      const rule = issue.params as RuleParameters | undefined;
      if (place.source === undefined) return { kind: 'missing', expected: rule?.expected ?? issue.message };
      return { kind: rule?.kind ?? 'wrong-type', expected: rule?.expected ?? issue.message };
    }
    default:
      return { kind: 'wrong-type', expected: issue.message };
  }
}

function describeGot(issue: Issue, { source }: Place): string {
  if (source === undefined) return 'nothing';
  const isLength = (issue.code === 'too_big' || issue.code === 'too_small') && source.kind === 'text';
  return isLength ? `${showCount(source.value.length)} characters` : showSource(source);
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  null: 'nothing',
};

function limitPhrase(origin: string, comparison: string, limit: number | bigint): string {
  const count = showCount(Number(limit));
  if (origin === 'array') return `${comparison} ${count} ${limit === 1 ? 'item' : 'items'}`;
  if (origin === 'string') return `${comparison} ${count} ${limit === 1 ? 'character' : 'characters'}`;
  return `a number of ${comparison} ${count}`;
}
