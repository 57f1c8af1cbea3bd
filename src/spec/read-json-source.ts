import { inputLimits } from './input-limits.js';
import { showCount, showText } from './show-input.js';
import type { SourceEntry, SourceValue } from './source-value.js';

/** What came of reading JSON from a place in a text. @internal */
export type JsonSourceResult =
  | { readonly ok: true; readonly root: SourceValue /** Offset behind the value. */; readonly end: number }
  | {
      readonly ok: false;
      /** `truncated` where the text ends before the value does. */
      readonly kind: 'not-json' | 'truncated' | 'too-deep' | 'too-large';
      readonly offset: number;
      readonly expected: string;
      readonly got: string;
    };

/**
 * Reads one JSON value (RFC 8259) with the place of everything in it. Unlike `JSON.parse` it keeps repeated keys and how numbers were written,
 * bounds depth and size, and stops behind the value. Linear in what it reads.
 *
 * @internal
 */
export function readJsonSource(text: string, start: number, depth: number): JsonSourceResult {
  const reader = new JsonReader(text, start, depth);
  try {
    const root = reader.value(1);
    return { ok: true, root, end: reader.position };
  } catch (fault) {
    if (fault instanceof JsonFault) return { ok: false, kind: fault.kind, offset: fault.offset, expected: fault.expected, got: fault.got };
    throw fault;
  }
}

type JsonFaultKind = 'not-json' | 'truncated' | 'too-deep' | 'too-large';

class JsonFault {
  constructor(
    readonly kind: JsonFaultKind,
    readonly offset: number,
    readonly expected: string,
    readonly got: string,
  ) {}
}

const numberGrammar = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Recursive, which is safe because depth is bounded. */
class JsonReader {
  readonly #text: string;
  readonly #depth: number;
  position: number;
  #values = 0;

  constructor(text: string, start: number, depth: number) {
    this.#text = text;
    this.position = start;
    this.#depth = depth;
  }

  value(level: number): SourceValue {
    this.#skipSpace();
    const offset = this.position;
    this.#values += 1;
    if (this.#values > inputLimits.values) throw new JsonFault('too-large', offset, `at most ${showCount(inputLimits.values)} values`, 'more');
    const character = this.#text[offset];
    if (character === '{' || character === '[') {
      if (level > this.#depth) throw new JsonFault('too-deep', offset, `at most ${this.#depth} lists and mappings inside each other`, 'more');
      return character === '{' ? this.#mapping(level) : this.#list(level);
    }
    if (character === '"') return { kind: 'text', value: this.#string(), offset };
    if (character !== undefined && /[-0-9]/.test(character)) return this.#number();
    return this.#literal();
  }

  #mapping(level: number): SourceValue {
    const offset = this.position;
    this.position += 1;
    const entries: SourceEntry[] = [];
    this.#skipSpace();
    if (this.#text[this.position] === '}') {
      this.position += 1;
      return { kind: 'mapping', entries, offset };
    }
    for (;;) {
      this.#skipSpace();
      const keyOffset = this.position;
      if (this.#text[keyOffset] !== '"') throw this.#fault('a key in double quotes');
      const key = this.#string();
      this.#skipSpace();
      if (this.#text[this.position] !== ':') throw this.#fault('a colon');
      this.position += 1;
      entries.push({ key, offset: keyOffset, value: this.value(level + 1) });
      if (this.#closes('}', 'a comma or a closing brace')) return { kind: 'mapping', entries, offset };
    }
  }

  #list(level: number): SourceValue {
    const offset = this.position;
    this.position += 1;
    const items: SourceValue[] = [];
    this.#skipSpace();
    if (this.#text[this.position] === ']') {
      this.position += 1;
      return { kind: 'list', items, offset };
    }
    for (;;) {
      items.push(this.value(level + 1));
      if (this.#closes(']', 'a comma or a closing bracket')) return { kind: 'list', items, offset };
    }
  }

  #closes(bracket: string, expected: string): boolean {
    this.#skipSpace();
    const character = this.#text[this.position];
    if (character !== ',' && character !== bracket) throw this.#fault(expected);
    this.position += 1;
    return character === bracket;
  }

  #string(): string {
    const start = this.position;
    let at = start + 1;
    for (;;) {
      const code = this.#text.charCodeAt(at);
      if (Number.isNaN(code)) throw new JsonFault('truncated', start, 'a closing quote', 'the end of the text');
      if (code === 0x22) break;
      if (code < 0x20) throw new JsonFault('not-json', at, 'an escaped control character', showText(this.#text[at]!));
      at += code === 0x5c ? 2 : 1;
    }
    this.position = at + 1;
    const quoted = this.#text.slice(start, at + 1);
    if (!quoted.includes('\\')) return quoted.slice(1, -1);
    try {
      return JSON.parse(quoted) as string;
    } catch {
      throw new JsonFault('not-json', start, 'a text with the escapes of JSON', showText(quoted));
    }
  }

  #number(): SourceValue {
    const offset = this.position;
    while (this.position < this.#text.length && /[-+.0-9eE]/.test(this.#text[this.position]!)) this.position += 1;
    const written = this.#text.slice(offset, this.position);
    if (numberGrammar.test(written)) return { kind: 'number', value: Number(written), written, offset };
    const cut = this.position === this.#text.length && numberGrammar.test(`${written}0`);
    throw new JsonFault(cut ? 'truncated' : 'not-json', offset, 'a number as JSON writes it', showText(written));
  }

  #literal(): SourceValue {
    const offset = this.position;
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (this.#text.startsWith(word, offset)) {
        this.position += word.length;
        return value === null ? { kind: 'null', offset } : { kind: 'boolean', value, written: word, offset };
      }
      const rest = this.#text.slice(offset, offset + word.length);
      if (rest !== '' && offset + rest.length === this.#text.length && word.startsWith(rest)) {
        throw new JsonFault('truncated', offset, 'a value', showText(rest));
      }
    }
    throw this.#fault('a value');
  }

  #fault(expected: string): JsonFault {
    if (this.position >= this.#text.length) return new JsonFault('truncated', this.position, expected, 'the end of the text');
    return new JsonFault('not-json', this.position, expected, showText(this.#text.slice(this.position, this.position + 20)));
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.position);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.position += 1;
    }
  }
}
