import { invalidRequest } from './request-problem.js';
import {
  allowOnly,
  bound,
  count,
  impliedType,
  isOfType,
  keywordsOfType,
  list,
  named,
  type Schema,
  strings,
  typesOf,
  unsupported,
} from './schema-keywords.js';

/** Rules above which a grammar slows every token down; deeper schemas than this many levels are refused too. */
const MOST_RULES = 2000;
const MOST_LEVELS = 64;

/** Counts above this are left to the caller's check: the engine writes a repetition out, once for each time. */
const MOST_REPETITIONS = 512;

/** Whole numbers in a range this small are listed. */
const MOST_LISTED_INTEGERS = 1024;

/** Rules that every grammar may use. Space is allowed once after a comma or colon and nowhere else: a model can't go on writing blanks until its limit. */
const common = [
  'comma ::= "," " "?',
  'colon ::= ":" " "?',
  'char ::= [^"\\\\\\x7F\\x00-\\x1F] | "\\\\" (["\\\\/bfnrt] | "u" ([0-9a-cA-Ce-fE-F] hex | [dD] [0-7]) hex hex)',
  'hex ::= [0-9a-fA-F]',
  'string ::= "\\"" char* "\\""',
  'natural ::= "0" | [1-9] [0-9]{0,14}',
  'integer ::= "0" | "-"? [1-9] [0-9]{0,14}',
  'number ::= "-"? natural ("." [0-9]{1,16})?',
  'boolean ::= "true" | "false"',
  'null ::= "null"',
  'object ::= "{" (string colon any (comma string colon any)*)? "}"',
  'array ::= "[" (any (comma any)*)? "]"',
  'any ::= object | array | string | number | boolean | null',
];

/**
 * Writes a GBNF grammar whose every text is JSON that satisfies a schema; not every such text is in it.
 *
 * The grammar is narrower where that costs nothing: properties come in the schema's order and no others where it names any, numbers have at most 15 digits
 * before the point and no exponent. It is wider only in counts above 512 (`minLength`, `maxLength`, `minItems`, `maxItems`), left to the caller's check.
 *
 * @throws ModelCallError `model.invalid-request` naming the first keyword that a grammar can't enforce, and where it stands.
 */
export function grammarForJsonSchema(schema: Schema): string {
  const plain = toPlainJson(schema);
  const writer = new GrammarWriter(plain);
  const root = writer.ruleFor(plain, '#', 0);
  return [`root ::= ${root}`, ...common, ...writer.rules].join('\n');
}

/** A copy without cycles, functions and whatever else no schema holds. */
function toPlainJson(schema: Schema): Schema {
  try {
    return JSON.parse(JSON.stringify(schema)) as Schema;
  } catch (cause) {
    throw invalidRequest('Expected answerSchema to be plain JSON.', undefined, cause);
  }
}

class GrammarWriter {
  readonly rules: string[] = [];
  readonly #root: Schema;
  readonly #referenced = new Map<string, string>();

  constructor(root: Schema) {
    this.#root = root;
  }

  /** Name of a rule for this schema. */
  ruleFor(schema: unknown, place: string, level: number): string {
    if (schema === true) return 'any';
    if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) throw unsupported(place, `the schema ${JSON.stringify(schema)}`);
    if (level > MOST_LEVELS) throw unsupported(place, `more than ${MOST_LEVELS} levels`);
    const own = schema as Schema;
    if (own.$ref !== undefined) return this.#reference(own, place, level);
    const alternatives = own.anyOf ?? own.oneOf;
    if (alternatives !== undefined) return this.#union(own, alternatives, place, level);
    if (Object.hasOwn(own, 'const')) return this.#literals(own, [own.const], place);
    if (own.enum !== undefined) return this.#literals(own, list(own.enum, `${place}/enum`), place);
    return this.#typed(own, place, level);
  }

  #rule(body: string): string {
    if (this.rules.length >= MOST_RULES) throw unsupported('#', `a schema of more than ${MOST_RULES} rules`);
    const name = `r${this.rules.length}`;
    this.rules.push(`${name} ::= ${body}`);
    return name;
  }

  #reference(schema: Schema, place: string, level: number): string {
    allowOnly(schema, ['$ref'], place);
    const reference = String(schema.$ref);
    const known = this.#referenced.get(reference);
    if (known !== undefined) return known;
    const match = /^#(?:\/(\$defs|definitions)\/([^/~%]+))?$/.exec(reference);
    const container = match?.[1] === undefined ? undefined : (this.#root[match[1]] as Schema | undefined);
    const name = match?.[2];
    const target = match === null ? undefined : name === undefined ? this.#root : named(container, name);
    if (target === undefined) throw unsupported(place, `$ref ${JSON.stringify(reference)}`);
    // The name is known before its body is written, so that a schema may refer to itself.
    const rule = `d${this.#referenced.size}`;
    this.#referenced.set(reference, rule);
    const body = this.ruleFor(target, reference, level + 1);
    this.rules.push(`${rule} ::= ${body}`);
    return rule;
  }

  #union(schema: Schema, alternatives: unknown, place: string, level: number): string {
    const keyword = schema.anyOf === undefined ? 'oneOf' : 'anyOf';
    allowOnly(schema, [keyword], place);
    const members = list(alternatives, `${place}/${keyword}`);
    return this.#rule(members.map((member, index) => this.ruleFor(member, `${place}/${keyword}/${index}`, level + 1)).join(' | '));
  }

  #literals(schema: Schema, values: readonly unknown[], place: string): string {
    allowOnly(schema, ['const', 'enum', 'type'], place);
    const types = schema.type === undefined ? null : typesOf(schema.type, place);
    const matching = types === null ? values : values.filter((value) => types.some((type) => isOfType(value, type)));
    if (matching.length === 0) throw unsupported(place, 'values of which none has the type');
    return this.#rule(matching.map((value) => literal(JSON.stringify(value))).join(' | '));
  }

  #typed(schema: Schema, place: string, level: number): string {
    const types = typesOf(schema.type ?? impliedType(schema), place);
    allowOnly(schema, ['type', ...types.flatMap((type) => keywordsOfType[type]!)], place);
    if (types.length === 7 || (schema.type === undefined && impliedType(schema) === undefined)) return 'any';
    const rules = types.map((type) => this.#ofType(type, schema, place, level));
    return rules.length === 1 ? rules[0]! : this.#rule(rules.join(' | '));
  }

  #ofType(type: string, schema: Schema, place: string, level: number): string {
    if (type === 'object') return this.#object(schema, place, level);
    if (type === 'array') return this.#array(schema, place, level);
    if (type === 'string') return this.#string(schema, place);
    if (type === 'integer') return this.#integer(schema, place);
    return type;
  }

  #object(schema: Schema, place: string, level: number): string {
    const properties = Object.entries((schema.properties as Schema | undefined) ?? {});
    const required = new Set(schema.required === undefined ? [] : strings(schema.required, `${place}/required`));
    for (const name of required) {
      if (!properties.some(([key]) => key === name)) throw unsupported(place, `a required property ${JSON.stringify(name)} without a schema`);
    }
    if (properties.length === 0) return this.#map(schema.additionalProperties, place, level);
    let [fresh, started] = ['""', '""'];
    for (const [key, value] of properties.toReversed()) {
      const member = this.#rule(`${literal(JSON.stringify(key))} colon ${this.ruleFor(value, `${place}/properties/${key}`, level + 1)}`);
      const needed = required.has(key);
      fresh = this.#rule(needed ? `${member} ${started}` : `${member} ${started} | ${fresh}`);
      started = this.#rule(needed ? `comma ${member} ${started}` : `(comma ${member})? ${started}`);
    }
    return this.#rule(`"{" ${fresh} "}"`);
  }

  #map(values: unknown, place: string, level: number): string {
    if (values === false) return this.#rule('"{}"');
    if (values === undefined || values === true) return 'object';
    const value = this.ruleFor(values, `${place}/additionalProperties`, level + 1);
    return this.#rule(`"{" (string colon ${value} (comma string colon ${value})*)? "}"`);
  }

  #array(schema: Schema, place: string, level: number): string {
    const prefix = schema.prefixItems === undefined ? [] : list(schema.prefixItems, `${place}/prefixItems`);
    const first = prefix.map((item, index) => this.ruleFor(item, `${place}/prefixItems/${index}`, level + 1));
    const rest = schema.items === false ? null : this.ruleFor(schema.items ?? true, `${place}/items`, level + 1);
    const least = count(schema, 'minItems', place) ?? 0;
    const most = rest === null ? Math.min(first.length, count(schema, 'maxItems', place) ?? first.length) : count(schema, 'maxItems', place);
    if (most !== null && (least > most || first.length > most)) throw unsupported(place, 'fewer items than it lists or needs');
    if (first.length > 0) {
      const more = rest === null ? '' : repeat(`(comma ${rest})`, Math.max(0, least - first.length), most === null ? null : most - first.length);
      return this.#rule(`"[" ${first.join(' comma ')} ${more} "]"`);
    }
    if (rest === null || most === 0) return this.#rule('"[]"');
    const several = `${rest} ${repeat(`(comma ${rest})`, Math.max(0, least - 1), most === null ? null : most - 1)}`;
    return this.#rule(least > 0 ? `"[" ${several} "]"` : `"[" (${several})? "]"`);
  }

  #string(schema: Schema, place: string): string {
    const least = count(schema, 'minLength', place) ?? 0;
    const most = count(schema, 'maxLength', place);
    if (most !== null && least > most) throw unsupported(place, 'minLength above maxLength');
    return least === 0 && most === null ? 'string' : this.#rule(`"\\"" ${repeat('char', least, most)} "\\""`);
  }

  #integer(schema: Schema, place: string): string {
    const least = bound(schema, 'minimum', place, -Number.MAX_SAFE_INTEGER);
    const most = bound(schema, 'maximum', place, Number.MAX_SAFE_INTEGER);
    if (least === null && most === null) return 'integer';
    if (least !== null && most !== null) {
      const [low, high] = [Math.ceil(least), Math.floor(most)];
      if (low > high) throw unsupported(place, 'minimum above maximum');
      if (high - low >= MOST_LISTED_INTEGERS) throw unsupported(place, `minimum and maximum more than ${MOST_LISTED_INTEGERS} apart`);
      return this.#rule(Array.from({ length: high - low + 1 }, (_, index) => `"${low + index}"`).join(' | '));
    }
    if (least === 0) return 'natural';
    if (least === 1) return this.#rule('[1-9] [0-9]{0,14}');
    throw unsupported(place, least === null ? 'maximum without minimum' : 'minimum other than 0 or 1 without maximum');
  }
}

function repeat(rule: string, least: number, most: number | null): string {
  const from = Math.min(least, MOST_REPETITIONS);
  return most === null || most > MOST_REPETITIONS ? `${rule}{${from},}` : `${rule}{${from},${most}}`;
}

function literal(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
