import type { FunctionParameter } from '../planning/project-spec.js';
import { inputLimits } from './input-limits.js';
import { showText } from './show-input.js';

/** A function's name, parameters and result, or where the text stops being one. @public */
export type ParsedSignature =
  | { readonly ok: true; readonly name: string; readonly parameters: readonly FunctionParameter[]; readonly returns: string }
  | { readonly ok: false; readonly expected: string; readonly got: string };

/**
 * Reads `name(parameter: type, …) -> type`. A type is an identifier, optionally with types in brackets: `dict[str, list[float]]`; it is given back
 * with its spaces in the usual places. Which types a project may use is its template's to say.
 *
 * @public
 */
export function parseSignature(text: string): ParsedSignature {
  return attempt(text, (reader) => {
    const name = reader.identifier('the name of the function');
    reader.mark('(');
    const parameters: FunctionParameter[] = [];
    while (!reader.takes(')')) {
      if (parameters.length > 0) reader.mark(',', 'a comma or a closing parenthesis');
      if (parameters.length === inputLimits.parameters) throw reader.fault(`at most ${inputLimits.parameters} parameters`);
      const parameter = reader.identifier(parameters.length === 0 ? 'the name of a parameter or a closing parenthesis' : 'the name of a parameter');
      reader.mark(':', 'a colon and the type of the parameter');
      parameters.push({ name: parameter, type: reader.type(1) });
    }
    reader.mark('->', '-> and the type of the result');
    return { ok: true, name, parameters, returns: reader.type(1) };
  });
}

/** Reads a type alone; null where the text is none. @internal */
export function parseType(text: string): string | null {
  const result = attempt<{ readonly ok: true; readonly type: string }>(text, (reader) => ({ ok: true, type: reader.type(1) }));
  return result.ok ? result.type : null;
}

function attempt<Parsed extends { readonly ok: true }>(
  text: string,
  read: (reader: SignatureReader) => Parsed,
): Parsed | { readonly ok: false; readonly expected: string; readonly got: string } {
  const reader = new SignatureReader(text);
  try {
    const parsed = read(reader);
    if (!reader.atEnd) throw reader.fault('the end of the text');
    return parsed;
  } catch (fault) {
    if (fault instanceof SignatureFault) return { ok: false, expected: fault.expected, got: fault.got };
    throw fault;
  }
}

class SignatureFault {
  constructor(
    readonly expected: string,
    readonly got: string,
  ) {}
}

const deepestType = 8;
const longestSignature = 2_000;

class SignatureReader {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text.length > longestSignature ? '' : text;
    if (text.length > longestSignature) this.#tooLong = true;
  }
  readonly #tooLong: boolean = false;

  get atEnd(): boolean {
    this.#skipSpace();
    return this.#position >= this.#text.length;
  }

  identifier(expected: string): string {
    this.#skipSpace();
    const start = this.#position;
    while (this.#position < this.#text.length && /[A-Za-z0-9_]/.test(this.#text[this.#position]!)) this.#position += 1;
    const word = this.#text.slice(start, this.#position);
    if (isIdentifier(word)) return word;
    this.#position = start;
    throw this.fault(expected);
  }

  type(level: number): string {
    if (level > deepestType) throw this.fault(`types at most ${deepestType} deep`);
    const name = this.identifier('a type');
    if (!this.takes('[')) return name;
    const inner = [this.type(level + 1)];
    while (!this.takes(']')) {
      this.mark(',', 'a comma or a closing bracket');
      inner.push(this.type(level + 1));
    }
    return `${name}[${inner.join(', ')}]`;
  }

  takes(mark: string): boolean {
    this.#skipSpace();
    if (!this.#text.startsWith(mark, this.#position)) return false;
    this.#position += mark.length;
    return true;
  }

  mark(mark: string, expected = showText(mark)): void {
    if (!this.takes(mark)) throw this.fault(expected);
  }

  fault(expected: string): SignatureFault {
    if (this.#tooLong) return new SignatureFault(`at most ${longestSignature} characters`, 'more');
    this.#skipSpace();
    const rest = this.#text.slice(this.#position, this.#position + 20);
    return new SignatureFault(`${expected} at character ${this.#position + 1}`, rest === '' ? 'the end' : showText(rest));
  }

  #skipSpace(): void {
    while (this.#text[this.#position] === ' ' || this.#text[this.#position] === '\t') this.#position += 1;
  }
}

/** True for what every language takes as a name: ASCII letters, digits and underscores, at most 60, no digit and no double underscore first. @internal */
export function isIdentifier(word: string): boolean {
  return /^(?!__)[A-Za-z_][A-Za-z0-9_]{0,59}$/.test(word) && word !== '_' && word !== 'constructor' && word !== 'prototype';
}
