import { type FunctionExample, type FunctionSpec, type InputFinding, InvalidInputError, type JsonValue, type TaskInputs } from 'kamachiq';
import { findFunctionNameProblem, findPackageNameProblem, findParameterNameProblem, isBuiltinException } from './python-names.js';
import { isPythonType, isValueOf, PYTHON_TYPES } from './python-types.js';

type Problem = Pick<InputFinding, 'path' | 'expected' | 'got'>;

/** Inputs of a task that makes one function. */
export interface FunctionInputs {
  readonly package: string;
  readonly function: FunctionSpec;
  readonly usedFunctions: readonly FunctionSpec[];
}

/** Inputs of a task that makes something around all functions of a project. */
export interface PackageInputs {
  readonly package: string;
  readonly title: string;
  readonly goals: readonly string[];
  readonly functions: readonly FunctionSpec[];
}

export const findFunctionInputProblems = (inputs: TaskInputs): readonly string[] => sentences(functionInputProblems(inputs));
export const findPackageInputProblems = (inputs: TaskInputs): readonly string[] => sentences(packageInputProblems(inputs));

/** @throws InvalidInputError with everything that {@link findFunctionInputProblems} names. */
export function readFunctionInputs(inputs: TaskInputs): FunctionInputs {
  refuse(functionInputProblems(inputs));
  return inputs as unknown as FunctionInputs;
}

/** @throws InvalidInputError with everything that {@link findPackageInputProblems} names. */
export function readPackageInputs(inputs: TaskInputs): PackageInputs {
  refuse(packageInputProblems(inputs));
  return inputs as unknown as PackageInputs;
}

function functionInputProblems(inputs: TaskInputs): readonly Problem[] {
  const { function: made, usedFunctions, package: packageName } = inputs;
  const problems = [...packageProblems(packageName), ...functionProblems(made, 'function'), ...functionListProblems(usedFunctions, 'usedFunctions')];
  if (problems.length > 0) return problems;
  const { function: spec, usedFunctions: used } = inputs as unknown as FunctionInputs;
  const names = new Set(used.map(({ name }) => name));
  const missing = spec.uses.filter((name) => !names.has(name));
  return [
    ...missing.map((name) => ({ path: 'usedFunctions', expected: `${name}, which the function uses`, got: 'nothing' })),
    ...(names.has(spec.name) ? [{ path: 'usedFunctions', expected: 'other functions', got: `${spec.name} itself` }] : []),
  ];
}

function packageInputProblems(inputs: TaskInputs): readonly Problem[] {
  const { title, goals, functions, package: packageName } = inputs;
  return [
    ...packageProblems(packageName),
    ...(typeof title === 'string' ? [] : [{ path: 'title', expected: 'a text', got: show(title) }]),
    ...(isList(goals) && goals.every((goal) => typeof goal === 'string') ? [] : [{ path: 'goals', expected: 'a list of texts', got: show(goals) }]),
    ...functionListProblems(functions, 'functions'),
    ...(isList(functions) && functions.length === 0 ? [{ path: 'functions', expected: 'at least one function', got: 'none' }] : []),
  ];
}

function packageProblems(value: JsonValue | undefined): readonly Problem[] {
  const problem = typeof value === 'string' ? findPackageNameProblem(value) : 'the name of a package';
  return problem === null ? [] : [{ path: 'package', expected: problem, got: show(value) }];
}

function functionListProblems(value: JsonValue | undefined, path: string): readonly Problem[] {
  if (!isList(value)) return [{ path, expected: 'a list of functions', got: show(value) }];
  const problems = value.flatMap((item, index) => functionProblems(item, `${path}[${index}]`));
  const seen = new Set<string>();
  for (const [index, item] of value.entries()) {
    const name = isMapping(item) ? item['name'] : undefined;
    if (typeof name !== 'string') continue;
    // Some file systems don't tell Add.py from add.py.
    const key = name.toLowerCase();
    if (seen.has(key)) problems.push({ path: `${path}[${index}].name`, expected: 'names that differ in more than case', got: `${show(name)} again` });
    seen.add(key);
  }
  return problems;
}

function functionProblems(value: JsonValue | undefined, path: string): Problem[] {
  if (!isMapping(value)) return [{ path, expected: 'a function', got: show(value) }];
  const { name, parameters, returns, sentence, examples, uses } = value;
  const problems: Problem[] = [];
  const say = (place: string, expected: string, got: JsonValue | undefined) => problems.push({ path: `${path}.${place}`, expected, got: show(got) });
  const nameProblem = typeof name === 'string' ? findFunctionNameProblem(name) : 'the name of a function';
  if (nameProblem !== null) say('name', nameProblem, name);
  if (typeof returns !== 'string' || !isPythonType(returns)) say('returns', TYPE_EXPECTED, returns);
  if (typeof sentence !== 'string' || sentence.trim() === '') say('sentence', 'a sentence', sentence);
  if (!isList(uses) || !uses.every((use) => typeof use === 'string')) say('uses', 'a list of names', uses);
  if (!isList(parameters)) say('parameters', 'a list of parameters', parameters);
  if (!isList(examples)) say('examples', 'a list of examples', examples);
  const types: (string | null)[] = [];
  const seen = new Set<string>();
  for (const [index, parameter] of (isList(parameters) ? parameters : []).entries()) {
    const { name: own, type } = isMapping(parameter) ? parameter : {};
    const problem = typeof own === 'string' ? findParameterNameProblem(own) : 'the name of a parameter';
    if (problem !== null) say(`parameters[${index}].name`, problem, own);
    else if (seen.has(own as string) || own === name) say(`parameters[${index}].name`, 'a name of its own', own);
    if (typeof own === 'string') seen.add(own);
    const known = typeof type === 'string' && isPythonType(type);
    if (!known) say(`parameters[${index}].type`, TYPE_EXPECTED, type);
    types.push(known ? type : null);
  }
  for (const [index, example] of (isList(examples) ? examples : []).entries()) {
    problems.push(...exampleProblems(example, { path: `${path}.examples[${index}]`, types, returns: typeof returns === 'string' ? returns : null }));
  }
  return problems;
}

const TYPE_EXPECTED = `one of ${PYTHON_TYPES.join(', ')}`;

function exampleProblems(
  value: JsonValue,
  { path, types, returns }: { readonly path: string; readonly types: readonly (string | null)[]; readonly returns: string | null },
): readonly Problem[] {
  if (!isMapping(value) || !isList(value['arguments'])) return [{ path, expected: 'an example with arguments', got: show(value) }];
  const example = value as unknown as FunctionExample;
  const problems: Problem[] = [];
  const given = example.arguments;
  if (given.length !== types.length) {
    problems.push({ path: `${path}.arguments`, expected: `as many arguments as parameters, ${types.length}`, got: String(given.length) });
  }
  for (const [index, type] of types.entries()) {
    const argument = given[index];
    if (argument !== undefined && type !== null && !isValueOf(argument, type)) {
      problems.push({ path: `${path}.arguments[${index}]`, expected: `a value of type ${type}`, got: show(argument) });
    }
  }
  if (Object.hasOwn(value, 'raises') === Object.hasOwn(value, 'returns')) {
    problems.push({ path, expected: 'either what is returned or what is raised', got: show(value) });
  } else if ('raises' in example) {
    if (typeof example.raises !== 'string' || !isBuiltinException(example.raises)) {
      problems.push({ path: `${path}.raises`, expected: 'an exception that Python has built in', got: show(example.raises) });
    }
  } else if (returns !== null && isPythonType(returns) && !isValueOf(example.returns, returns)) {
    problems.push({ path: `${path}.returns`, expected: `a value of type ${returns}`, got: show(example.returns) });
  }
  return problems;
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const findings = problems.map((problem) => ({ code: 'template.invalid-inputs', ...problem }));
  throw new InvalidInputError("the inputs of a Python template's task", findings);
}

const sentences = (problems: readonly Problem[]): readonly string[] =>
  problems.map(({ path, expected, got }) => `${path}: expected ${expected}, got ${got}.`);

function show(value: JsonValue | undefined): string {
  return value === undefined ? 'nothing' : (JSON.stringify(value) ?? 'nothing').replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 100);
}

const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);
const isMapping = (value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
