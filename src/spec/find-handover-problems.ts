import { listConditionParts } from './condition-parts.js';
import type { InputPath, InputProblem } from './input-problem.js';
import { asList, asMapping, asTexts } from './lenient-access.js';
import { showText } from './show-input.js';

/**
 * What is wrong with what one task hands on and is handed, as far as no order of the tasks is needed to tell: names and paths that repeat,
 * inputs given twice, values of tasks that aren't there. Takes anything.
 *
 * @param path - Of the task.
 * @param findUnknown - Says what is wrong with a task's id, named at a path.
 * @internal
 */
export function findHandoverProblems(
  task: unknown,
  path: InputPath,
  findUnknown: (id: string, path: InputPath) => readonly InputProblem[],
): readonly InputProblem[] {
  const { outputs, inputs, inputsFrom, reads, writes, when } = asMapping(task);
  const bindings = asList(inputsFrom).map(asMapping);
  const inputNames = asTexts(bindings.map(({ input }) => input));
  const compared = listConditionParts(when).filter(({ combination }) => combination === null);
  return [
    ...findRepeats(asTexts(asList(outputs).map((output) => asMapping(output).name)), (index) => [...path, 'outputs', index, 'name'], 'output'),
    ...findRepeats(inputNames, (index) => [...path, 'inputsFrom', index, 'input'], 'input'),
    ...findRepeats(asTexts(reads), (index) => [...path, 'reads', index], 'path'),
    ...findRepeats(asTexts(writes), (index) => [...path, 'writes', index], 'path'),
    ...inputNames
      .filter(({ value }) => Object.hasOwn(asMapping(inputs), value))
      .map(({ value, index }): InputProblem => {
        const at = [...path, 'inputsFrom', index, 'input'];
        return { kind: 'conflict', path: at, expected: 'an input that inputs doesn’t give', got: showText(value) };
      }),
    ...asTexts(bindings.map(({ task: from }) => from)).flatMap(({ value, index }) => findUnknown(value, [...path, 'inputsFrom', index, 'task'])),
    ...compared.flatMap(({ value, path: inside }) => {
      const { task: from } = asMapping(value);
      return typeof from === 'string' ? findUnknown(from, [...path, 'when', ...inside, 'task']) : [];
    }),
  ];
}

function findRepeats(
  texts: readonly { readonly value: string; readonly index: number }[],
  pathOf: (index: number) => InputPath,
  what: 'input' | 'output' | 'path',
): readonly InputProblem[] {
  const seen = new Set<string>();
  const repeated = texts.filter(({ value }) => {
    const known = seen.has(value);
    seen.add(value);
    return known;
  });
  return repeated.map(({ value, index }) => ({ kind: 'duplicate', path: pathOf(index), expected: `every ${what} once`, got: showText(value) }));
}
