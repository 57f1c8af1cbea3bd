import type { AcceptanceCheck, FunctionSpec } from 'kamachiq';
import { describe, expect, it } from 'vitest';
import { commandedFunctions, deriveExamples } from './derive-examples.js';

const check = (run: readonly string[], rest: Partial<AcceptanceCheck> = {}): AcceptanceCheck => ({ run, exitCode: 0, ...rest });
const made = (types: readonly string[], returns: string): FunctionSpec => ({
  name: 'do_it',
  parameters: types.map((type, index) => ({ name: `p${index}`, type })),
  returns,
  sentence: 'Does it.',
  examples: [],
  uses: [],
});

describe('commandedFunctions', () => {
  it('names the functions behind commands, each once, without options and wrong usage', () => {
    const checks = [
      check(['do-it', '1']),
      check(['do_it', '2']),
      check(['--help']),
      check([]),
      check(['nothing'], { exitCode: 2 }),
      check(['other'], { exitCode: 1 }),
    ];
    expect(commandedFunctions(checks)).toEqual(['do_it', 'other']);
  });

  it('takes nothing that could not be a function', () => {
    expect(commandedFunctions([check(['__proto__']), check(['../x']), check(['class']), check(['print'])])).toEqual([]);
  });
});

describe('deriveExamples', () => {
  it('reads arguments and results by their types', () => {
    expect(deriveExamples([check(['do-it', '-1', '2.5'], { stdout: '1.5\n' })], made(['int', 'float'], 'float'))).toEqual([
      { arguments: [-1, 2.5], returns: 1.5 },
    ]);
    expect(deriveExamples([check(['do-it', '-'], { stdin: 'a b', stdout: 'b a\n' })], made(['str'], 'str'))).toEqual([
      { arguments: ['a b'], returns: 'b a' },
    ]);
    expect(deriveExamples([check(['do-it', '1', '2', 'x'], { stdout: '2 1' })], made(['list[int]', 'str'], 'list[int]'))).toEqual([
      { arguments: [[1, 2], 'x'], returns: [2, 1] },
    ]);
    expect(deriveExamples([check(['do-it', 'yes'], { stdout: 'False' })], made(['bool'], 'bool'))).toEqual([{ arguments: [true], returns: false }]);
  });

  it('takes exit code 1 for an error, and the first of equal command lines', () => {
    const checks = [check(['do-it', '0'], { exitCode: 1 }), check(['do-it', '0'], { exitCode: 1 })];
    expect(deriveExamples(checks, made(['int'], 'int'))).toEqual([{ arguments: [0], raises: 'ValueError' }]);
  });

  it('says nothing of what does not fit', () => {
    const checks = [
      check(['do-it'], { stdout: '1' }),
      check(['do-it', 'x'], { stdout: '1' }),
      check(['do-it', '1', '2'], { stdout: '1' }),
      check(['do-it', '1'], { stdout: 'x' }),
    ];
    const more = [
      check(['do-it', '1']),
      check(['do-it', '1.5'], { stdout: '1' }),
      check(['do-it', '1'], { exitCode: 2 }),
      check(['other', '1'], { stdout: '1' }),
    ];
    expect(deriveExamples([...checks, ...more], made(['int'], 'int'))).toEqual([]);
  });
});
