import { pythonCommandLineTemplate } from '@kamachiq/python';
import { parseProjectSpec } from 'kamachiq/spec';
import { describe, expect, it } from 'vitest';
import { findFittingTypes } from '../../src/planning/fitting-types.js';

/** Types for the one command that the checks run. */
function fitting(name: string, ...acceptance: readonly string[]) {
  const checks = acceptance.map((check) => `\n  - ${check}`).join('');
  const spec = parseProjectSpec(`name: Any\ngoals: [Any.]\nbudget_total: 1\nacceptance:${checks}\n`);
  return findFittingTypes(pythonCommandLineTemplate, spec, name);
}

const numbers = ['int', 'float'];

describe('findFittingTypes', () => {
  it.each([
    ['numbers', ['{ run: [f, "4"], stdout: "8" }'], [numbers], numbers],
    ['a fraction anywhere', ['{ run: [f, "4"], stdout: "8" }', '{ run: [f, "1.5"], stdout: "3" }'], [['float']], numbers],
    ['truths rather than texts', ['{ run: [f, "3"], stdout: "False" }'], [numbers], ['bool']],
    ['texts', ['{ run: [f, "one two"], stdout: "2" }'], [['str']], numbers],
    ['several parameters rather than a list', ['{ run: [f, "2", "3"], stdout: "5" }'], [numbers, numbers], numbers],
    [
      'a list where the count of words differs',
      ['{ run: [f, "1", "3"], stdout: "2" }', '{ run: [f, "5"], stdout: "5" }'],
      [['list[int]', 'list[float]']],
      numbers,
    ],
    [
      'one list rather than something and a list',
      ['{ run: [f, "1", "2", "3"], stdout: "2" }', '{ run: [f, "-1", "1"], stdout: "0" }'],
      [['list[int]', 'list[float]']],
      numbers,
    ],
    ['errors', ['{ run: [f, "1", "0"], exit_code: 1 }', '{ run: [f, "1", "4"], stdout: "0.25" }'], [numbers, numbers], ['float']],
    ['no parameters', ['{ run: [f], stdout: "42" }'], [], numbers],
  ] as const)('finds %s', (_, acceptance, parameters, returns) => {
    expect(fitting('f', ...acceptance)).toEqual({ parameters, returns });
  });

  it('reads only checks of the function, by the name of its command', () => {
    expect(fitting('is_even', '{ run: [other, a, b], stdout: c }', '{ run: [is-even, "2"], stdout: "True" }')).toEqual({
      parameters: [numbers],
      returns: ['bool'],
    });
  });

  it('has nothing to say where checks tell nothing', () => {
    expect(fitting('f', '{ run: [f, "1"], exit_code: 2 }')).toBeNull();
    expect(fitting('g', '{ run: [f, "1"], stdout: "1" }')).toBeNull();
  });
});
