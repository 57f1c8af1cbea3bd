import { describe, expect, it } from 'vitest';
import { parseFunctionProposals } from './parse-function-proposals.js';

const types = ['int', 'float', 'list[int]'];
const findings = (value: unknown) => {
  const result = parseFunctionProposals(JSON.stringify(value), { types });
  return result.ok ? [] : result.findings.map(({ code, path, got }) => `${code} ${path} ${got}`);
};

describe('parseFunctionProposals', () => {
  it('reads functions as a spec writes them', () => {
    const written = { signature: 'total(items: list[ int ]) -> int', sentence: 'Adds up.', examples: [{ arguments: [[1, 2]], returns: 3 }] };
    const functions = [
      {
        name: 'total',
        parameters: [{ name: 'items', type: 'list[int]' }],
        returns: 'int',
        sentence: 'Adds up.',
        examples: written.examples,
        uses: [],
      },
    ];
    for (const value of [{ functions: [written] }, [written]]) {
      expect(parseFunctionProposals(`\`\`\`\n${JSON.stringify(value)}\n\`\`\``, { types })).toEqual({ ok: true, functions });
    }
  });

  it.each([
    ['no functions', [], ['answer.out-of-range  an empty list']],
    ['an unknown type', [{ signature: 'f(a: str) -> int', sentence: 'S.' }], ['answer.unknown-type [0].signature "str"']],
    [
      'one name twice',
      [
        { signature: 'f() -> int', sentence: 'S.' },
        { signature: 'f() -> int', sentence: 'S.' },
      ],
      ['answer.duplicate [1].signature "f", the name of function 0 too'],
    ],
    ['a reserved word', [{ signature: 'class() -> int', sentence: 'S.' }], ['answer.invalid-name [0].signature "class"']],
    ['code for a signature', [{ signature: 'def f(): pass', sentence: 'S.' }], ['answer.invalid-signature [0].signature "f(): pass"']],
    [
      'a name that reaches prototypes',
      [{ signature: '__proto__() -> int', sentence: 'S.' }],
      ['answer.invalid-signature [0].signature "__proto__() -> int"'],
    ],
  ])('answers %s with findings', (_, value, expected) => {
    expect(findings(value)).toEqual(expected);
  });
});
