import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceStatement } from '../ports/sandbox.js';
import type { ExpectedStatement } from './check.js';
import { findStatementMismatch } from './find-statement-mismatch.js';

const statement = (kind: SourceStatement['kind'], text: string, optional?: boolean): ExpectedStatement =>
  optional === undefined ? { kind, text } : { kind, text, optional };
const held = (statements: readonly ExpectedStatement[]): readonly SourceStatement[] =>
  statements.map(({ kind, text }, index) => ({ kind, text, line: index + 1 }));
const expected = [
  statement('docstring', 'Adds.'),
  statement('import', 'import math', true),
  statement('import', 'import re', true),
  statement('function', 'def f():'),
];
const [docstring, math, re, made] = expected as [ExpectedStatement, ExpectedStatement, ExpectedStatement, ExpectedStatement];

describe('findStatementMismatch', () => {
  it('takes what was expected, with any of what may be missing', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), (first, second) => {
        const statements = expected.filter((one) => one.optional !== true || (one === math ? first : second));
        expect(findStatementMismatch(expected, held(statements))).toBeNull();
      }),
    );
  });

  it('refuses every other list, whatever was added, changed, left out or moved', () => {
    const any = fc.oneof(
      fc.constantFrom(...expected),
      fc.record({ kind: fc.constantFrom('docstring', 'import', 'function', 'class', 'other'), text: fc.string() }) as fc.Arbitrary<ExpectedStatement>,
    );
    const allowed = [[docstring, made], [docstring, math, made], [docstring, re, made], expected].map((list) =>
      JSON.stringify(list.map(({ kind, text }) => [kind, text])),
    );
    fc.assert(
      fc.property(fc.array(any, { maxLength: 6 }), (statements) => {
        const fits = allowed.includes(JSON.stringify(statements.map(({ kind, text }) => [kind, text])));
        expect(findStatementMismatch(expected, held(statements)) === null).toBe(fits);
      }),
    );
  });

  it('says what is wrong in one line', () => {
    const print = statement('other', `print("${'x'.repeat(300)}")\nmore`);
    expect(findStatementMismatch(expected, held([docstring, made, print]))).toMatch(
      /^holds a statement on line 3: print\("x{100,}…, expected nothing more$/,
    );
    expect(findStatementMismatch(expected, held([docstring, re, math, made]))).toBe('holds the import on line 3: import math, expected def f():');
    expect(findStatementMismatch(expected, held([docstring]))).toBe('lacks def f():');
    expect(findStatementMismatch(expected, [])).toBe('lacks Adds.');
  });
});
