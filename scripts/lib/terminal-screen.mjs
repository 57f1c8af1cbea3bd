/**
 * The screen of a small terminal: takes what a program prints and knows what would be seen. It understands text, colours, moves of the cursor,
 * clearing and scrolling, as much as command line programs use; other control sequences are read and left out.
 */

/** @typedef {{ bold: boolean, dim: boolean, italic: boolean, underline: boolean, inverse: boolean, foreground: string | null, background: string | null }} Style */
/** @typedef {{ column: number, width: number, text: string, style: Style }} Run Neighbouring cells of one style. */

/** @type {Style} */
const PLAIN = Object.freeze({ bold: false, dim: false, italic: false, underline: false, inverse: false, foreground: null, background: null });
const BLANK = Object.freeze({ text: ' ', style: PLAIN });
/** Stands right of a character two columns wide. */
const COVERED = Object.freeze({ text: '', style: PLAIN });

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

const plainText = /^[^\u0000-\u001f\u007f-\u009f]+/u;
const controlSequence = /^\u001b\[([0-9;:?<=>]*)[ -/]*([@-~])/;
const stringSequence = /^\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)/;
const shortSequence = /^\u001b(?:[()*+#%][\s\S]|[^[\]PX^_()*+#%])/;
const unfinished = /^\u001b(?:$|\[[0-9;:?<=>]*[ -/]*$|[\]PX^_][^\u0007\u001b]*\u001b?$|[()*+#%]$)/;

export class TerminalScreen {
  /** @param {{ columns: number, rows: number }} size */
  constructor({ columns, rows }) {
    this.columns = columns;
    this.rows = rows;
    this.lines = Array.from({ length: rows }, () => this.#blankLine());
    this.row = 0;
    this.column = 0;
    this.style = PLAIN;
    this.saved = { row: 0, column: 0 };
    this.pending = '';
  }

  /** Takes the next piece of output; sequences may be torn apart between pieces. @param {string} piece */
  write(piece) {
    let rest = this.pending + piece;
    this.pending = '';
    while (rest !== '') {
      const text = plainText.exec(rest)?.[0];
      if (text !== undefined) {
        this.#print(text);
        rest = rest.slice(text.length);
      } else if (rest[0] !== '\u001b') {
        this.#control(rest[0]);
        rest = rest.slice(1);
      } else if (unfinished.test(rest)) {
        this.pending = rest;
        return;
      } else {
        const sequence = controlSequence.exec(rest);
        if (sequence !== null) this.#controlSequence(sequence[1], sequence[2]);
        else if (rest.startsWith('\u001b7')) this.saved = { row: this.row, column: this.column };
        else if (rest.startsWith('\u001b8')) this.#moveTo(this.saved.row, this.saved.column);
        rest = rest.slice((sequence ?? stringSequence.exec(rest) ?? shortSequence.exec(rest) ?? [' '])[0].length);
      }
    }
  }

  /** What is seen now, line by line, without blanks at the ends of lines. @returns {Run[][]} */
  snapshot() {
    return this.lines.map(toRuns);
  }

  /** What is seen now, without colours. */
  toString() {
    return this.lines
      .map((line) =>
        line
          .map(({ text }) => text)
          .join('')
          .trimEnd(),
      )
      .join('\n')
      .trimEnd();
  }

  #blankLine() {
    return new Array(this.columns).fill(BLANK);
  }

  #print(text) {
    for (const { segment } of segments.segment(text)) {
      const width = widthOf(segment);
      if (width === 0) continue;
      if (this.column + width > this.columns) {
        this.column = 0;
        this.#lineFeed();
      }
      this.lines[this.row][this.column] = { text: segment, style: this.style };
      if (width === 2) this.lines[this.row][this.column + 1] = COVERED;
      this.column += width;
    }
  }

  #control(character) {
    if (character === '\r') this.column = 0;
    // The terminal's line discipline turns a line feed into a return and a line feed; through a pipe it must be done here.
    else if (character === '\n') {
      this.column = 0;
      this.#lineFeed();
    } else if (character === '\b') this.column = Math.max(0, this.column - 1);
    else if (character === '\t') this.column = Math.min(this.columns - 1, (Math.floor(this.column / 8) + 1) * 8);
  }

  #lineFeed() {
    if (this.row < this.rows - 1) {
      this.row += 1;
      return;
    }
    this.lines.shift();
    this.lines.push(this.#blankLine());
  }

  #moveTo(row, column) {
    this.row = Math.min(this.rows - 1, Math.max(0, row));
    this.column = Math.min(this.columns - 1, Math.max(0, column));
  }

  #controlSequence(parameters, final) {
    if (/[?<=>]/.test(parameters)) {
      if (final === 'h' && parameters === '?1049') this.#erase(0, this.rows);
      return;
    }
    const numbers = parameters.split(/[;:]/).map(Number);
    const first = Math.max(1, numbers[0]);
    const line = this.lines[this.row];
    const column = Math.min(this.column, this.columns - 1);
    switch (final) {
      case 'A':
        return this.#moveTo(this.row - first, this.column);
      case 'B':
        return this.#moveTo(this.row + first, this.column);
      case 'C':
        return this.#moveTo(this.row, this.column + first);
      case 'D':
        return this.#moveTo(this.row, this.column - first);
      case 'E':
        return this.#moveTo(this.row + first, 0);
      case 'F':
        return this.#moveTo(this.row - first, 0);
      case 'G':
        return this.#moveTo(this.row, first - 1);
      case 'd':
        return this.#moveTo(first - 1, this.column);
      case 'H':
      case 'f':
        return this.#moveTo(first - 1, Math.max(1, numbers[1] ?? 1) - 1);
      case 's':
        this.saved = { row: this.row, column: this.column };
        return;
      case 'u':
        return this.#moveTo(this.saved.row, this.saved.column);
      case 'm':
        this.style = nextStyle(this.style, numbers);
        return;
      case 'K':
        if (numbers[0] === 0) line.fill(BLANK, column);
        else if (numbers[0] === 1) line.fill(BLANK, 0, column + 1);
        else line.fill(BLANK);
        return;
      case 'J':
        if (numbers[0] === 0) {
          line.fill(BLANK, column);
          this.#erase(this.row + 1, this.rows);
        } else if (numbers[0] === 1) {
          this.#erase(0, this.row);
          line.fill(BLANK, 0, column + 1);
        } else this.#erase(0, this.rows);
        return;
      case 'X':
        line.fill(BLANK, column, column + first);
        return;
      case 'P':
        line.splice(column, first);
        while (line.length < this.columns) line.push(BLANK);
        return;
      case '@':
        for (let index = 0; index < Math.min(first, this.columns); index += 1) line.splice(column, 0, BLANK);
        line.length = this.columns;
        return;
      case 'L':
        this.#shift(this.row, this.rows - 1, first);
        return;
      case 'M':
        this.#shift(this.rows - 1, this.row, first);
        return;
    }
  }

  #erase(from, to) {
    for (let row = from; row < to; row += 1) this.lines[row] = this.#blankLine();
  }

  /** Puts blank lines in at one row and takes as many out at another. */
  #shift(insert, remove, count) {
    for (let index = 0; index < Math.min(count, this.rows); index += 1) {
      this.lines.splice(remove, 1);
      this.lines.splice(insert, 0, this.#blankLine());
    }
  }
}

const segments = new Intl.Segmenter('en', { granularity: 'grapheme' });

function widthOf(segment) {
  if (/^\p{Mark}+$|^[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u.test(segment)) return 0;
  if (/\ufe0f|^\p{Emoji_Presentation}/u.test(segment)) return 2;
  return /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u.test(
    segment,
  )
    ? 2
    : 1;
}

function toRuns(line) {
  /** @type {Run[]} */
  const runs = [];
  let end = line.length;
  while (end > 0 && line[end - 1].text === ' ' && line[end - 1].style.background === null && !line[end - 1].style.inverse) end -= 1;
  for (let column = 0; column < end; column += 1) {
    const { text, style } = line[column];
    const last = runs.at(-1);
    if (text === '') {
      if (last !== undefined) last.width += 1;
    } else if (last !== undefined && last.style === style) {
      last.text += text;
      last.width += 1;
    } else runs.push({ column, width: 1, text, style });
  }
  return runs;
}

/** @param {Style} style @param {number[]} numbers @returns {Style} */
function nextStyle(style, numbers) {
  const next = { ...style };
  for (let index = 0; index < numbers.length; index += 1) {
    const code = numbers[index];
    if (code === 0) Object.assign(next, PLAIN);
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 3) next.italic = true;
    else if (code === 4) next.underline = true;
    else if (code === 7) next.inverse = true;
    else if (code === 22) Object.assign(next, { bold: false, dim: false });
    else if (code === 23) next.italic = false;
    else if (code === 24) next.underline = false;
    else if (code === 27) next.inverse = false;
    else if (code >= 30 && code <= 37) next.foreground = NAMES[code - 30];
    else if (code >= 40 && code <= 47) next.background = NAMES[code - 40];
    else if (code >= 90 && code <= 97) next.foreground = `bright-${NAMES[code - 90]}`;
    else if (code >= 100 && code <= 107) next.background = `bright-${NAMES[code - 100]}`;
    else if (code === 39) next.foreground = null;
    else if (code === 49) next.background = null;
    else if (code === 38 || code === 48) {
      const indexed = numbers[index + 1] === 5;
      const colour = indexed
        ? colourOfIndex(numbers[index + 2] ?? 0)
        : `#${numbers
            .slice(index + 2, index + 5)
            .map(hex)
            .join('')}`;
      next[code === 38 ? 'foreground' : 'background'] = colour;
      index += indexed ? 2 : 4;
    }
  }
  return Object.values(PLAIN).every((value, index) => value === Object.values(next)[index]) ? PLAIN : next;
}

const hex = (value) => Math.min(255, value).toString(16).padStart(2, '0');

/** Of the 256: 16 by name, a cube of 216, 24 greys. */
function colourOfIndex(index) {
  if (index < 8) return NAMES[index];
  if (index < 16) return `bright-${NAMES[index - 8]}`;
  if (index >= 232) return `#${hex(8 + (index - 232) * 10).repeat(3)}`;
  const level = (value) => hex(value === 0 ? 0 : 55 + value * 40);
  const place = index - 16;
  return `#${level(Math.floor(place / 36))}${level(Math.floor(place / 6) % 6)}${level(place % 6)}`;
}
