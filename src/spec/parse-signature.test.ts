import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSignature, parseType } from './parse-signature.js';

const word = fc.stringMatching(/^[a-z][A-Za-z0-9]{0,8}$/).filter((text) => text !== 'constructor' && text !== 'prototype');
const type = fc.letrec<{ type: string }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 4 },
    word,
    fc.tuple(word, fc.array(tie('type'), { minLength: 1, maxLength: 3 })).map(([name, inner]) => `${name}[${inner.join(', ')}]`),
  ),
})).type;

describe('parseSignature', () => {
  it('reads what was written, whatever the spaces', () => {
    const signature = fc.record({
      name: word,
      parameters: fc.array(fc.record({ name: word, type }), { maxLength: 5 }),
      returns: type,
      space: fc.constantFrom('', ' ', '  \t'),
    });
    fc.assert(
      fc.property(signature, ({ name, parameters, returns, space }) => {
        const text = `${name}(${parameters.map((parameter) => `${parameter.name}${space}:${parameter.type}`).join(`${space},`)})${space}->${returns}`;
        expect(parseSignature(text)).toEqual({ ok: true, name, parameters, returns });
      }),
    );
  });

  it.each([
    ['', 'the name of the function at character 1', 'the end'],
    ['1f() -> int', 'the name of the function at character 1', '"1f() -> int"'],
    ['f', '"(" at character 2', 'the end'],
    ['f(a) -> int', 'a colon and the type of the parameter at character 4', '") -> int"'],
    ['f(a: int, ) -> int', 'the name of a parameter at character 11', '") -> int"'],
    ['f(a: int = 3) -> int', 'a comma or a closing parenthesis at character 10', '"= 3) -> int"'],
    ['f(a: list[int) -> int', 'a comma or a closing bracket at character 14', '") -> int"'],
    ['f()', '-> and the type of the result at character 4', 'the end'],
    ['f() -> int; import os', 'the end of the text at character 11', '"; import os"'],
    ['f() ->\nint', 'a type at character 7', '"\\nint"'],
    ['__import__() -> int', 'the name of the function at character 1', '"__import__() -> int"'],
    [`f() -> ${'a['.repeat(9)}`, 'types at most 8 deep at character 24', '"a["'],
    [`f(${'a'.repeat(3_000)}) -> int`, 'at most 2000 characters', 'more'],
  ])('says where %j stops being one', (text, expected, got) => {
    expect(parseSignature(text)).toEqual({ ok: false, expected, got });
  });

  it('puts the spaces of a type in their places', () => {
    expect(parseType(' dict [ str,list[int] ] ')).toBe('dict[str, list[int]]');
    expect(parseType('int | None')).toBeNull();
  });
});
