import type { Check, Expectation, FunctionSpec, JsonValue } from 'kamachiq';
import { functionImports, moduleDocstring } from './function-module.js';
import { callOf, describeExample, functionPath, signatureOf } from './function-source.js';
import { itemTypeOf } from './python-types.js';
import type { FunctionInputs } from './task-inputs.js';

/**
 * What is checked of one function: first, by reading alone, that its file holds what the template wrote around the body and nothing else; then every
 * example. A function without examples is called with plain values, to see that it answers at all.
 */
export function functionChecks(inputs: FunctionInputs): readonly Check[] {
  const { package: packageName, function: spec } = inputs;
  const { name, examples } = spec;
  const call = (given: readonly JsonValue[]) => ({ kind: 'call', module: `${packageName}.${name}`, function: name, arguments: given }) as const;
  return [
    formCheck(inputs),
    ...examples.map(
      (example, index): Check => ({
        id: `${name}-${index + 1}`,
        description: describeExample(name, example),
        invocation: call(example.arguments),
        expected: 'raises' in example ? { kind: 'raises', exception: example.raises } : { kind: 'returns', value: example.returns },
      }),
    ),
    ...(examples.length > 0 ? [] : plainArguments(spec)).map(
      (given, index): Check => ({
        id: `${name}-plain-${index + 1}`,
        description: `${callOf(name, { arguments: given, returns: null })} answers with ${spec.returns} or an error (no example says which)`,
        invocation: call(given),
        expected: answerOf(spec.returns),
        structural: true,
      }),
    ),
  ];
}

/** What a function's file is said to hold. */
export const formDescription = (packageName: string, spec: FunctionSpec): string =>
  `${functionPath(packageName, spec.name)} holds its docstring, its imports, "${signatureOf(spec)}" and nothing else`;

function formCheck(inputs: FunctionInputs): Check {
  const { package: packageName, function: spec } = inputs;
  return {
    id: `${spec.name}-form`,
    description: formDescription(packageName, spec),
    invocation: { kind: 'inspect', path: functionPath(packageName, spec.name) },
    expected: {
      kind: 'holds',
      statements: [
        { kind: 'docstring', text: moduleDocstring(packageName, spec.name) },
        ...functionImports(inputs).map(({ source }) => ({ kind: 'import', text: source, optional: true }) as const),
        { kind: 'function', text: signatureOf(spec) },
      ],
    },
    structural: true,
  };
}

/** Of each type that is no list: values that every function of such parameters must bear, and what JSON calls it. */
const SCALARS = {
  int: { plain: [0, 1, -1], json: 'integer' },
  float: { plain: [0, 1, -1], json: 'number' },
  bool: { plain: [false, true], json: 'boolean' },
  str: { plain: ['', 'a b'], json: 'text' },
} as const;

const scalar = (type: string): (typeof SCALARS)[keyof typeof SCALARS] => SCALARS[type as keyof typeof SCALARS];

/** Arguments for as many calls as the parameter with the most plain values has; one call for a function without parameters. */
function plainArguments({ parameters }: FunctionSpec): readonly (readonly JsonValue[])[] {
  const choices = parameters.map(({ type }) => plainValues(type));
  const calls = Math.max(1, ...choices.map((values) => values.length));
  return Array.from({ length: calls }, (_, call) => choices.map((values) => values[call % values.length]!));
}

function plainValues(type: string): readonly JsonValue[] {
  const itemType = itemTypeOf(type);
  return itemType === null ? scalar(type).plain : [[], scalar(itemType).plain];
}

/** Exceptions that no arguments excuse: names that are nowhere, a body that is yet to be written. */
const BROKEN = ['ImportError', 'MemoryError', 'NameError', 'NotImplementedError', 'SyntaxError'];

function answerOf(type: string): Expectation {
  const itemType = itemTypeOf(type);
  const value = scalar(itemType ?? type).json;
  // An int is a float to Python; what is too large for JSON comes by the name of its class.
  const classes = [...(itemType === null ? [] : ['list']), itemType ?? type, ...((itemType ?? type) === 'float' ? ['int'] : [])];
  return { kind: 'answers', value: itemType === null ? value : { listOf: value }, classes, raises: ['Exception'], neverRaises: BROKEN };
}
