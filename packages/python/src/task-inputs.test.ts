import fc from 'fast-check';
import { InvalidInputError, type JsonValue, type TaskInputs } from 'kamachiq';
import { describe, expect, it } from 'vitest';
import { pickFunction } from '../test/pick-function.js';
import { findFunctionInputProblems, findPackageInputProblems, readFunctionInputs } from './task-inputs.js';

const right = {
  ...pickFunction,
  examples: [
    { arguments: [['a'], 0], returns: 'a' },
    { arguments: [[], 0], raises: 'IndexError' },
  ],
};
const inputs = (change: Record<string, unknown> = {}): TaskInputs => ({
  package: 'things',
  function: { ...right, ...change } as unknown as JsonValue,
  usedFunctions: [],
});
const problemsOf = (change: Record<string, unknown>) => findFunctionInputProblems(inputs(change));

describe('findFunctionInputProblems', () => {
  it('has nothing to say of inputs that can be worked with', () => {
    expect(findFunctionInputProblems(inputs())).toEqual([]);
  });

  it('never throws, and reading throws exactly where it has something to say', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('package', 'function', 'usedFunctions', '__proto__'), fc.jsonValue()), (given) => {
        const problems = findFunctionInputProblems(given as TaskInputs);
        expect(problems.length).toBeGreaterThan(0);
        expect(() => readFunctionInputs(given as TaskInputs)).toThrow(InvalidInputError);
      }),
    );
    expect(() => readFunctionInputs(inputs())).not.toThrow();
  });

  it('refuses names that Python or the file system could not keep apart', () => {
    for (const name of ['', '2x', '__proto__', '_', '_own', 'class', 'match', 'print', 'ValueError', 'a-b', 'a\n', 'é', 'x'.repeat(61)]) {
      expect(problemsOf({ name }), name).toHaveLength(1);
    }
    const parameter = (name: string) => problemsOf({ parameters: [{ name, type: 'int' }], examples: [] });
    for (const name of ['', 'lambda', '__proto__', 'a b', 'pick']) expect(parameter(name), name).toHaveLength(1);
    expect(parameter('type')).toEqual([]);
    expect(
      problemsOf({
        parameters: [
          { name: 'a', type: 'int' },
          { name: 'a', type: 'int' },
        ],
        examples: [],
      }),
    ).toEqual(['function.parameters[1].name: expected a name of its own, got "a".']);
    expect(findFunctionInputProblems({ ...inputs(), package: 'Things' })).toHaveLength(1);
    expect(findFunctionInputProblems({ ...inputs(), package: 'tests' })).toHaveLength(1);
  });

  it('holds examples against parameters and result', () => {
    expect(problemsOf({ returns: 'dict' })).toHaveLength(1);
    expect(problemsOf({ examples: [{ arguments: [['a']], returns: 'a' }] })).toEqual([
      'function.examples[0].arguments: expected as many arguments as parameters, 2, got 1.',
    ]);
    expect(problemsOf({ examples: [{ arguments: [[1], true], returns: null }] })).toEqual([
      'function.examples[0].arguments[0]: expected a value of type list[str], got [1].',
      'function.examples[0].arguments[1]: expected a value of type int, got true.',
      'function.examples[0].returns: expected a value of type str, got null.',
    ]);
    expect(problemsOf({ examples: [{ arguments: [[], 0], raises: 'os.system' }] })).toHaveLength(1);
    expect(problemsOf({ examples: [{ arguments: [[], 0], raises: 'IndexError', returns: 'a' }] })).toHaveLength(1);
    expect(problemsOf({ examples: [{ arguments: [[], 0] }] })).toHaveLength(1);
  });

  it('wants every function that is used, and no other of the same name', () => {
    expect(problemsOf({ uses: ['other'] })).toEqual(['usedFunctions: expected other, which the function uses, got nothing.']);
    expect(findFunctionInputProblems({ ...inputs(), usedFunctions: [right as unknown as JsonValue] })).toHaveLength(1);
  });
});

describe('findPackageInputProblems', () => {
  it('names everything at once', () => {
    expect(findPackageInputProblems({})).toHaveLength(4);
    const two = { ...right, name: 'Pick' };
    const given = { package: 'things', title: 'T', goals: [], functions: [right, two] as unknown as JsonValue };
    expect(findPackageInputProblems(given)).toEqual(['functions[1].name: expected names that differ in more than case, got "Pick" again.']);
  });
});
