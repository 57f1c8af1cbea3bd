import { findShortestCycle } from '../graph/structure/find-shortest-cycle.js';
import { inputLimits } from './input-limits.js';
import type { InputPath, InputProblem } from './input-problem.js';
import { asList, asMapping, asTexts } from './lenient-access.js';
import { isReservedPackageName, isReservedWord } from './reserved-words.js';
import { showText } from './show-input.js';

/**
 * What is wrong between the functions of a spec: names that repeat or that the language keeps for itself, examples that contradict each other or
 * have too few arguments, uses of nothing, of itself or in a circle. Takes anything; paths begin at the spec.
 *
 * @internal
 */
export function findFunctionProblems(functions: unknown, language: string, packageName: unknown): readonly InputProblem[] {
  const list = asList(functions).slice(0, inputLimits.functions);
  const problems: InputProblem[] = [];
  if (typeof packageName === 'string' && isReservedPackageName(packageName, language))
    problems.push(reserved(['packageName'], packageName, language));
  const indexes = new Map<string, number>();
  for (const [index, item] of list.entries()) {
    const { name } = asMapping(item);
    if (typeof name !== 'string') continue;
    const path = ['functions', index, 'name'];
    const earlier = indexes.get(name);
    if (earlier === undefined) indexes.set(name, index);
    else problems.push({ kind: 'duplicate', path, expected: 'a name of its own', got: `${showText(name)}, the name of function ${earlier} too` });
    if (isReservedWord(name, language)) problems.push(reserved(path, name, language));
  }
  for (const [index, item] of list.entries()) {
    const path = ['functions', index];
    problems.push(...findParameterProblems(item, path, language), ...findExampleProblems(item, path), ...findUseProblems(item, path, indexes));
  }
  const cycle = findUseCycle(list, indexes);
  return cycle === null ? problems : [...problems, cycle];
}

function reserved(path: InputPath, name: string, language: string): InputProblem {
  return { kind: 'invalid-name', path, expected: `a name that ${language} doesn't keep for itself`, got: showText(name) };
}

function findParameterProblems(item: unknown, path: InputPath, language: string): readonly InputProblem[] {
  const problems: InputProblem[] = [];
  const seen = new Set<string>();
  for (const [index, parameter] of asList(asMapping(item).parameters).entries()) {
    const { name } = asMapping(parameter);
    if (typeof name !== 'string') continue;
    const at = [...path, 'parameters', index, 'name'];
    if (seen.has(name)) problems.push({ kind: 'duplicate', path: at, expected: 'every parameter once', got: showText(name) });
    if (isReservedWord(name, language)) problems.push(reserved(at, name, language));
    seen.add(name);
  }
  return problems;
}

function findExampleProblems(item: unknown, path: InputPath): readonly InputProblem[] {
  const { examples, parameters } = asMapping(item);
  const problems: InputProblem[] = [];
  const outcomes = new Map<string, { readonly outcome: string; readonly index: number }>();
  for (const [index, example] of asList(examples).slice(0, inputLimits.examples).entries()) {
    const { arguments: given, ...outcome } = asMapping(example);
    const at = [...path, 'examples', index, 'arguments'];
    if (!Array.isArray(given)) continue;
    if (Array.isArray(parameters) && given.length !== parameters.length) {
      const expected = parameters.length === 1 ? '1 argument' : `${parameters.length} arguments`;
      problems.push({ kind: 'argument-count', path: at, expected, got: String(given.length) });
    }
    // Neither or both of returns and raises was reported where the example was read.
    if (Object.keys(outcome).length !== 1) continue;
    const identity = JSON.stringify(given);
    const earlier = outcomes.get(identity);
    const shown = JSON.stringify(outcome);
    if (earlier === undefined) outcomes.set(identity, { outcome: shown, index });
    else if (earlier.outcome !== shown) {
      const expected = `the outcome of example ${earlier.index}, which has the same arguments`;
      problems.push({ kind: 'conflict', path: at.slice(0, -1), expected, got: 'another one' });
    }
  }
  return problems;
}

function findUseProblems(item: unknown, path: InputPath, indexes: ReadonlyMap<string, number>): readonly InputProblem[] {
  const { name, uses } = asMapping(item);
  const problems: InputProblem[] = [];
  for (const { value, index } of asTexts(uses)) {
    const at = [...path, 'uses', index];
    if (value === name) problems.push({ kind: 'cycle', path: at, expected: 'another function', got: 'the function itself' });
    else if (!indexes.has(value))
      problems.push({ kind: 'unknown-function', path: at, expected: 'the name of a function of the spec', got: showText(value) });
  }
  return problems;
}

function findUseCycle(functions: readonly unknown[], indexes: ReadonlyMap<string, number>): InputProblem | null {
  const uses = (name: string) => asTexts(asMapping(functions[indexes.get(name)!]).uses).slice(0, inputLimits.listItems);
  const cycle = findShortestCycle(
    new Map([...indexes.keys()].map((name) => [name, uses(name).flatMap(({ value }) => (value === name ? [] : [value]))])),
  );
  if (cycle === null) return null;
  const first = cycle[0]!;
  const closing = uses(first).find(({ value }) => value === cycle.at(-2))!;
  const path = ['functions', indexes.get(first)!, 'uses', closing.index];
  return { kind: 'cycle', path, expected: 'functions that don’t use each other in a circle', got: [...cycle].reverse().join(' → ') };
}
