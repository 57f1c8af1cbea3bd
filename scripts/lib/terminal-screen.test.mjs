import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TerminalScreen } from './terminal-screen.mjs';

const show = (output, size = { columns: 20, rows: 4 }) => {
  const screen = new TerminalScreen(size);
  screen.write(output);
  return screen;
};
const ESC = '\u001b';

describe('TerminalScreen', () => {
  it('shows the same however the output is torn into pieces', () => {
    const token = fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom(
        '\r',
        '\n',
        '\t',
        '\b',
        `${ESC}[2A`,
        `${ESC}[K`,
        `${ESC}[2J`,
        `${ESC}[1;31m`,
        `${ESC}[0m`,
        `${ESC}[38;5;208m`,
        `${ESC}]8;;x\u0007`,
        `${ESC}[3;4H`,
        `${ESC}7`,
        `${ESC}8`,
        '割り算',
        `${ESC}[?25l`,
        `${ESC}[2M`,
        `${ESC}[L`,
      ),
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 20 }), fc.array(fc.nat(60), { maxLength: 8 }), (tokens, cuts) => {
        const output = tokens.join('');
        const whole = show(output);
        const torn = new TerminalScreen({ columns: 20, rows: 4 });
        // Not inside a character of several units, which a decoder keeps together.
        const characters = [...new Intl.Segmenter('en').segment(output)].flatMap(({ segment }) => (segment === '\r\n' ? ['\r', '\n'] : [segment]));
        let from = 0;
        for (const cut of [...cuts, characters.length].sort((a, b) => a - b)) {
          torn.write(characters.slice(from, cut).join(''));
          from = Math.max(from, cut);
        }
        expect(torn.snapshot()).toEqual(whole.snapshot());
      }),
    );
  });

  it('survives anything, and stays inside its size', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 40 }), (text, parameters) => {
        const screen = show(`${text}${ESC}[${parameters}${text}${ESC}[999;999H${ESC}[99L${ESC}[99P${ESC}[99@x`);
        expect(screen.lines.length).toBe(4);
        for (const line of screen.lines) expect(line.length).toBeLessThanOrEqual(21);
      }),
    );
  });

  it('redraws in place, as a live view does', () => {
    expect(show(`one\ntwo\n${ESC}[2A${ESC}[2Kfirst\n${ESC}[Ksecond\n`).toString()).toBe('first\nsecond');
    expect(show(`10 %\r20 %\r${ESC}[K30 %`).toString()).toBe('30 %');
  });

  it('scrolls what does not fit, and wraps what is too long', () => {
    expect(show('a\nb\nc\nd\ne').toString()).toBe('b\nc\nd\ne');
    expect(show('abcdef', { columns: 4, rows: 2 }).toString()).toBe('abcd\nef');
  });

  it('clears from the cursor, to the cursor, and all', () => {
    expect(show(`aa\nbb\ncc${ESC}[2;2H${ESC}[J`).toString()).toBe('aa\nb');
    expect(show(`aa\nbb\ncc${ESC}[2;1H${ESC}[1J`).toString()).toBe('\n b\ncc');
    expect(show(`aa\nbb${ESC}[2Jx`).toString()).toBe('\n  x');
  });

  it('keeps runs of one style together, with colours by name or value', () => {
    const [line] = show(`${ESC}[1;32mok${ESC}[0m ${ESC}[38;5;208mhot${ESC}[39m ${ESC}[48;2;1;2;3mx${ESC}[m`).snapshot();
    expect(line.map(({ column, text, style }) => [column, text, style.bold, style.foreground, style.background])).toEqual([
      [0, 'ok', true, 'green', null],
      [2, ' ', false, null, null],
      [3, 'hot', false, '#ff8700', null],
      [6, ' ', false, null, null],
      [7, 'x', false, null, '#010203'],
    ]);
  });

  it('gives wide characters two columns and marks none', () => {
    const [line] = show('割e\u0301✓').snapshot();
    expect(line).toMatchObject([{ column: 0, width: 4, text: '割e\u0301✓' }]);
  });

  it('leaves out titles and links, and keeps their text', () => {
    expect(show(`${ESC}]0;title\u0007${ESC}]8;;http://127.0.0.1${ESC}\\here${ESC}]8;;${ESC}\\`).toString()).toBe('here');
  });
});
