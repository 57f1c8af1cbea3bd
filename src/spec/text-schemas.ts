import { z } from 'zod';
import type { ComparedValue } from '../graph/condition.js';
import type { JsonValue } from '../ports/json-value.js';
import { findPathProblem } from '../ports/project-path.js';
import { inputLimits } from './input-limits.js';
import type { InputPath, InputProblemKind } from './input-problem.js';
import { isIdentifier, parseType } from './parse-signature.js';
import { isUnsafeKey } from './source-value.js';

/** What an issue of our own carries, so that it becomes a finding with the right code. @internal */
export interface RuleParameters {
  readonly kind: InputProblemKind;
  readonly expected: string;
}

function rule(kind: InputProblemKind, expected: string) {
  return { error: `expected ${expected}`, params: { kind, expected } satisfies RuleParameters };
}

/** An issue of our own, found by hand in a value that has parts. @internal */
export function customIssue(kind: InputProblemKind, path: InputPath, input: unknown, expected: string) {
  return { code: 'custom' as const, input, path: [...path], message: `expected ${expected}`, params: { kind, expected } satisfies RuleParameters };
}

const isUnicode = (text: string) => !/\p{Cs}/u.test(text);
const hasControls = (text: string) => /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u.test(text);

/** Any text, line breaks and all. @internal */
export const freeText = z.string().max(inputLimits.textCharacters).refine(isUnicode, rule('invalid-text', 'Unicode text'));

/** A text that says something. @internal */
export const sentence = freeText.refine((text) => /\S/.test(text), rule('out-of-range', 'a sentence')).meta({ pattern: '\\S' });

/** One visible line, for people. @internal */
export const nameText = z
  .string()
  .refine(
    (text) => /\S/.test(text) && text.length <= inputLimits.nameCharacters && isUnicode(text) && !hasControls(text),
    rule('invalid-name', `a name of 1 to ${inputLimits.nameCharacters} characters on one line, without control characters`),
  )
  .meta({ minLength: 1, maxLength: inputLimits.nameCharacters });

/** Name of a value that one task hands to another: a key of its outputs or of the other's inputs. @internal */
export const valueName = nameText.refine((text) => !isUnsafeKey(text), rule('invalid-name', 'a name that no object has by itself'));

/** What an output can be compared with. @internal */
export const comparedValue = z
  .custom<ComparedValue>(
    (value) => typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)) || freeText.safeParse(value).success,
    rule('wrong-type', 'a text, a finite number, true or false'),
  )
  .meta({ type: ['string', 'number', 'boolean'] });

/** A name in code. @internal */
export const identifier = z
  .string()
  .refine(isIdentifier, rule('invalid-name', 'an identifier: letters, digits and underscores, at most 60, no digit or double underscore first'))
  .meta({ pattern: '^(?!__)[A-Za-z_][A-Za-z0-9_]{0,59}$' });

/** Name of an exception's class, dots allowed. @internal */
export const exceptionName = z
  .string()
  .refine((text) => text.length <= 100 && text.split('.').every(isIdentifier), rule('invalid-name', 'the name of an exception, as `ValueError`'))
  .meta({ pattern: '^[A-Za-z_][A-Za-z0-9_.]*$' });

/** A type as the language writes it. @internal */
export const typeText = z
  .string()
  .refine((text) => parseType(text) !== null, rule('invalid-signature', 'a type: an identifier, optionally with types in brackets'))
  .overwrite((text) => parseType(text) ?? text);

/** Id of a task: safe as a file name, in a log and as a key. @internal */
export const taskId = z
  .string()
  .refine((text) => /^[\p{L}\p{N}_][\p{L}\p{N}._:@+ -]{0,99}$/u.test(text), {
    ...rule('unsafe-id', 'an id of 1 to 100 letters, digits, spaces and . _ - + : @ that begins with a letter, a digit or an underscore'),
    abort: true,
  })
  .refine((text) => !isUnsafeKey(text), {
    ...rule('unsafe-id', 'an id other than __proto__, constructor and prototype, which objects have by themselves'),
    abort: true,
  })
  .refine((text) => !text.includes('..'), { ...rule('unsafe-id', 'an id without two dots in a row'), abort: true })
  .refine((text) => !text.endsWith(' '), { ...rule('unsafe-id', 'an id that does not end with a space'), abort: true })
  .meta({ minLength: 1, maxLength: 100 });

/** A path inside the project. @internal */
export const projectPath = z.string().check((context) => {
  const problem = findPathProblem(context.value);
  if (problem === null) return;
  const expected = problem.replace(/^expected /, '').replace(/, got .*$/s, '');
  context.issues.push({ code: 'custom', input: context.value, path: [], message: problem, params: { kind: 'unsafe-path', expected } });
});

/** @internal */
export const jsonValue = z.custom<JsonValue>(
  (value) => isJsonValue(value, 1),
  rule('wrong-type', `a JSON value: text, finite number, true, false, null, lists and mappings of these, at most ${inputLimits.specDepth} deep`),
);

/** @internal */
export const jsonMapping = z.custom<Readonly<Record<string, JsonValue>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && isJsonValue(value, 1),
  rule('wrong-type', 'a mapping of JSON values'),
);

function isJsonValue(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'string') return isUnicode(value) && value.length <= inputLimits.textCharacters;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth > inputLimits.specDepth) return false;
  if (Array.isArray(value)) return value.every((item) => isJsonValue(item, depth + 1));
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Reflect.ownKeys(value).every(
    (key) => typeof key === 'string' && !isUnsafeKey(key) && isJsonValue((value as Record<string, unknown>)[key], depth + 1),
  );
}
