import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pickFunction as spec } from '../test/pick-function.js';
import { cutBody } from './cut-body.js';

const prefix = '```python\ndef pick(items, position):\n    """Return the item at the position."""\n   ';
const cut = (answer: string) => cutBody(answer, spec);

describe('cutBody', () => {
  it('never throws, and gives either a problem or indented lines without a fence', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        ' return items',
        '\n',
        '\n    ',
        '```',
        '"""',
        "'",
        '(',
        ')',
        '#',
        '\\',
        'def pick(items, position):',
        'def other():',
        '\t',
        '\0',
        prefix,
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.boolean(), (pieces, prefixed) => {
        const result = cut(`${prefixed ? prefix : ''}${pieces.join('')}`);
        if ('problem' in result) expect(result.problem).not.toBe('');
        else {
          expect(result.lines[0]).toMatch(/^ {4}\S/);
          expect(result.lines.at(-1)).toMatch(/\S/);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('ends at the first line that leaves the function, at a fence, or at the end', () => {
    const lines = ['    return items[position]'];
    expect(cut(`${prefix} return items[position]`)).toEqual({ lines });
    expect(cut(`${prefix} return items[position]\n\nprint(pick(["a"], 0))`)).toEqual({ lines });
    expect(cut(`${prefix} return items[position]\n\`\`\`\nThis function returns the item.`)).toEqual({ lines });
    expect(cut(`${prefix} return items[position]\r\n    # Test it\r\n\r\n`)).toEqual({ lines });
  });

  it('keeps strings and brackets that go on over lines without indentation', () => {
    expect(cut(`${prefix} text = """a\nb  \n"""\n    return [\n0\n]`)).toEqual({
      lines: ['    text = """a', 'b  ', '"""', '    return [', '0', ']'],
    });
  });

  it('reads a whole function from a model whose answer could not be begun for it', () => {
    const whole =
      'Here it is:\n\n```python\ndef pick(items, position):\n  """Own\n  words."""\n  if position:\n    return items[position]\n  return items[0]\n```\nDone.';
    expect(cut(whole)).toEqual({ lines: ['    if position:', '    return items[position]', '  return items[0]'] });
    expect(cut('    return items[position]')).toEqual({ lines: ['    return items[position]'] });
  });

  it('mends the indentation of the first line and of a body that stands deeper as a whole', () => {
    expect(cut(`${prefix}return items[position]\n    pass`)).toEqual({ lines: ['    return items[position]', '    pass'] });
    expect(cut(`${prefix}     if position:\n            pass\n        return items[0]`)).toEqual({
      lines: ['    if position:', '        pass', '    return items[0]'],
    });
    expect(cut(`${prefix} if position:\n\t\treturn items[0]`)).toEqual({ lines: ['    if position:', '        return items[0]'] });
  });

  it('names what is wrong', () => {
    const problems = new Map([
      ['', 'the answer holds no function; it must begin with "def pick(items: list[str], position: int) -> str:"'],
      ['I cannot do that.', 'the answer holds no function; it must begin with "def pick(items: list[str], position: int) -> str:"'],
      ['def choose(items, position):\n    return 1', 'the function must be declared as "def pick(items: list[str], position: int) -> str:"'],
      ['def pick(items):\n    return 1', 'the function must be declared as "def pick(items: list[str], position: int) -> str:"'],
      [prefix, 'the function has no body'],
      [`${prefix} # Your code here\n\`\`\``, 'the function has no body'],
      [`${prefix} return "\0"`, 'the answer holds characters that no source file may have'],
      [`${prefix} return "\ud800"`, 'the answer holds characters that no source file may have'],
      [`${prefix} return (items[`, 'the function ends in the middle of a statement'],
      [`${prefix} return ${'('.repeat(5_000)}1${')'.repeat(5_000)}`, 'the function is nested too deeply'],
      [`${prefix} pass\n${' '.repeat(100)}pass`, 'the function is nested too deeply'],
      [`${prefix}${' pass\n   '.repeat(300)}`, 'the function has 300 lines, expected at most 200'],
      ['x'.repeat(1_000_000), 'the answer has 1000000 characters, expected at most 20000'],
    ]);
    for (const [answer, problem] of problems) expect(cut(answer), answer.slice(0, 80)).toEqual({ problem });
  });

  it.each([
    ['a plain string that a backslash carries over', "    x = 'a\\\n('\nprint('outside')\ny = 'a\\\n)'\n"],
    ['a docstring whose line opens another string', '    """doc""" + """\npass\nprint("outside")\n"""\n    return 1 # """\n'],
  ])('lets nothing out of the function by %s', (_name, body) => {
    const cut = cutBody(body, spec);
    const kept = 'lines' in cut ? cut.lines : [];
    expect(executedOutside(kept)).toEqual([]);
  });
});

/** Lines in the first column that Python would execute: those outside of every string, by an independent reading. */
function executedOutside(lines: readonly string[]): readonly string[] {
  const text = lines
    .join('\n')
    .replace(/("""|''')[\s\S]*?\1/g, (string) => string.replace(/\n/g, ' '))
    .replace(/(['"])(?:\\[\s\S]|(?!\1)[^\\\n])*\1/g, (string) => string.replace(/\n/g, ' '));
  return text.split('\n').filter((line) => /^[^\s#)\]}]/.test(line));
}
