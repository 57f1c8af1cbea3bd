import type { AcceptanceCheck, FunctionExample, FunctionParameter, FunctionSpec, JsonValue } from 'kamachiq';
import { findFunctionNameProblem } from './python-names.js';
import { isValueOf, itemTypeOf } from './python-types.js';

/** Exit code of argparse for wrong usage: no function was called. */
const WRONG_USAGE = 2;

/** Names of the functions whose commands the acceptance checks run, each once, in their order. */
export function commandedFunctions(acceptance: readonly AcceptanceCheck[]): readonly string[] {
  const names = acceptance.filter(({ exitCode }) => exitCode !== WRONG_USAGE).flatMap(({ run }) => run.slice(0, 1).map(functionName));
  return [...new Set(names.filter((name) => findFunctionNameProblem(name) === null))];
}

/**
 * What acceptance checks say of one function, read back from command lines. An exit code of 1 is an error that the function raises: ValueError, which
 * is what functions are asked to raise. Command lines that don't fit the function's parameters say nothing.
 */
export function deriveExamples(acceptance: readonly AcceptanceCheck[], spec: FunctionSpec): readonly FunctionExample[] {
  const examples = acceptance.flatMap((check) => deriveExample(check, spec) ?? []);
  const seen = new Set<string>();
  return examples.filter((example) => {
    const key = JSON.stringify(example.arguments);
    return !seen.has(key) && seen.add(key);
  });
}

const functionName = (command: string): string => command.replaceAll('-', '_');

function deriveExample({ run, stdin, exitCode, stdout }: AcceptanceCheck, { name, parameters, returns }: FunctionSpec): FunctionExample | null {
  const [command = '', ...words] = run;
  if (functionName(command) !== name) return null;
  const given = readArguments(words[0] === '--' ? words.slice(1) : words, parameters, stdin ?? '');
  if (given === null) return null;
  if (exitCode === 1) return { arguments: given, raises: 'ValueError' };
  if (exitCode !== 0 || stdout === undefined) return null;
  const value = readValue(stdout, returns);
  return value === null ? null : { arguments: given, returns: value };
}

/** Shares the words out as argparse does: a list takes all but those that later parameters need. */
function readArguments(words: readonly string[], parameters: readonly FunctionParameter[], stdin: string): readonly JsonValue[] | null {
  const values: JsonValue[] = [];
  let next = 0;
  for (const [index, { type }] of parameters.entries()) {
    const later = parameters.length - index - 1;
    const itemType = itemTypeOf(type);
    const taken = words.slice(next, itemType === null ? next + 1 : Math.max(next, words.length - later));
    if (taken.length === 0) return null;
    next += taken.length;
    const read = taken.map((word) => readScalar(word, itemType ?? type, stdin));
    if (read.some((value) => value === null)) return null;
    values.push(itemType === null ? read[0]! : (read as JsonValue[]));
  }
  return next === words.length ? values : null;
}

/** A printed result as the value it stands for; null where it is none of the type. */
function readValue(stdout: string, type: string): JsonValue | null {
  const itemType = itemTypeOf(type);
  if (itemType === null) return type === 'str' ? stdout.replace(/\n$/, '') : readScalar(stdout.trim(), type, '');
  const items = stdout
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => (itemType === 'str' ? word : readScalar(word, itemType, '')));
  return items.some((item) => item === null) ? null : (items as JsonValue[]);
}

function readScalar(word: string, type: string, stdin: string): JsonValue | null {
  if (type === 'str') return word === '-' ? stdin : word;
  if (type === 'bool') return /^(?:true|yes|1)$/i.test(word) ? true : /^(?:false|no|0)$/i.test(word) ? false : null;
  const value = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(word) ? Number(word) : null;
  return value !== null && isValueOf(value, type) ? value : null;
}
