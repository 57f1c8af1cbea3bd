import type { Check, FunctionExample, FunctionSpec, JsonValue } from 'kamachiq';
import { commandName } from './function-source.js';
import { itemTypeOf } from './python-types.js';

/** An example of a function as a command line, and what it is seen to do. */
export interface CommandExample {
  readonly arguments: readonly string[];
  readonly expected: Check['expected'] & { readonly kind: 'exits' };
  /** The printed result; null for an error. */
  readonly printed: string | null;
}

/** The first example that returns and the first that raises, where they can be typed on a command line. */
export function commandExamples(spec: FunctionSpec): readonly CommandExample[] {
  const typed = spec.examples.map((example) => commandExample(spec, example)).filter((example) => example !== null);
  const first = [typed.find(({ printed }) => printed !== null), typed.find(({ printed }) => printed === null)];
  return first.filter((example) => example !== undefined);
}

function commandExample(spec: FunctionSpec, example: FunctionExample): CommandExample | null {
  const given = example.arguments.map(argumentTexts);
  const lists = spec.parameters.filter(({ type }) => itemTypeOf(type) !== null).length;
  // The first list would swallow the second; an empty one can't be typed; "-" is read as standard input.
  if (lists > 1 || given.some((texts) => texts.length === 0 || texts.some((text) => !isTypable(text)))) return null;
  const words = [commandName(spec.name), ...given.flat()];
  if ('raises' in example) return { arguments: words, expected: { kind: 'exits', exitCode: 1, stderrContains: 'error: ' }, printed: null };
  const printed = printedResult(example.returns);
  // The last digits of a fraction may differ from those the spec wrote down.
  const exact = numbersIn(example.returns).every(Number.isInteger);
  return { arguments: words, expected: { kind: 'exits', exitCode: 0, ...(exact ? { stdout: printed } : {}) }, printed };
}

const isTypable = (text: string): boolean => /^[\p{L}\p{N}\p{P}\p{S} ]*$/u.test(text) && !/^(?:-|--|-h|--help)$/.test(text);

const argumentTexts = (value: JsonValue): readonly string[] => (Array.isArray(value) ? value.flatMap(argumentTexts) : [plainText(value)]);

const printedResult = (value: JsonValue): string => (Array.isArray(value) ? value.map(printedResult).join(' ') : plainText(value, 'True', 'False'));

const numbersIn = (value: JsonValue): readonly number[] =>
  Array.isArray(value) ? value.flatMap(numbersIn) : typeof value === 'number' ? [value] : [];

function plainText(value: JsonValue, yes = 'true', no = 'false'): string {
  if (value === true) return yes;
  if (value === false) return no;
  return Object.is(value, -0) ? '0' : String(value);
}

/** A word as a POSIX shell reads it back. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
