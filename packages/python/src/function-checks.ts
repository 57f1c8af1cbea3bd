import type { Check, Expectation, FunctionSpec, JsonValue, SourceFile, ValueType } from 'kamachiq';
import { functionImports, moduleDocstring } from './function-module.js';
import { callOf, describeExample, functionPath, signatureOf } from './function-source.js';
import { isPythonType, itemTypeOf } from './python-types.js';
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
        expected:
          'raises' in example
            ? { kind: 'raises', exception: example.raises }
            : { kind: 'returns', value: example.returns, ...(isPythonType(spec.returns) ? { type: typeOf(spec.returns) } : {}) },
      }),
    ),
    ...(examples.length > 0 || !hasKnownTypes(spec) ? [] : plainArguments(spec)).map(
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

/**
 * The same in a finished project, where somebody else may have made the function: in a file without the docstring of ours, which is not held to our form, or
 * in none of its own, where the package has it.
 */
export function projectFunctionChecks(inputs: FunctionInputs, files: readonly SourceFile[]): readonly Check[] {
  const { package: packageName, function: spec } = inputs;
  const path = functionPath(packageName, spec.name);
  const own = files.find((file) => file.path === path);
  const isOurs = own?.text.startsWith(`"""${moduleDocstring(packageName, spec.name)}"""`) === true;
  return functionChecks(inputs)
    .filter(({ invocation }) => isOurs || invocation.kind !== 'inspect')
    .map((check) =>
      own === undefined && check.invocation.kind === 'call' ? { ...check, invocation: { ...check.invocation, module: packageName } } : check,
    );
}

/** Plans by hand may come with functions of other types. */
const hasKnownTypes = ({ parameters, returns }: FunctionSpec): boolean => [...parameters.map(({ type }) => type), returns].every(isPythonType);

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

function typeOf(type: string): ValueType {
  const itemType = itemTypeOf(type);
  return itemType === null ? scalar(type).json : { listOf: scalar(itemType).json };
}

function answerOf(type: string): Expectation {
  const itemType = itemTypeOf(type);
  // An int is a float to Python; what is too large for JSON comes by the name of its class.
  const classes = [...(itemType === null ? [] : ['list']), itemType ?? type, ...((itemType ?? type) === 'float' ? ['int'] : [])];
  return { kind: 'answers', value: typeOf(type), classes, raises: ['Exception'], neverRaises: BROKEN };
}
