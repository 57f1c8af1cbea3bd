import { Composer, type CST, type Document, isAlias, isMap, isScalar, isSeq, Lexer, type ParsedNode, Parser, type YAMLMap } from 'yaml';
import { inputLimits } from './input-limits.js';
import type { InputPath, InputProblem } from './input-problem.js';
import { showCount, showLine, showText } from './show-input.js';
import type { SourceEntry, SourceValue } from './source-value.js';

type Report = (problem: InputProblem, offset: number) => void;

/**
 * Reads one YAML 1.2 document with the core schema. Merge keys, tags beyond the core ones, further documents and keys other than text are
 * reported; aliases are followed as far as the limits allow.
 *
 * @returns null where the text isn't YAML or is beyond the limits; the reason was reported.
 * @internal
 */
export function readYamlSource(text: string, report: Report): SourceValue | null {
  const tokens = readTokens(text, report);
  if (tokens === null) return null;
  // Uniqueness of keys is checked elsewhere: here it would take time quadratic in their number.
  const options = { schema: 'core', merge: false, resolveKnownTags: false, uniqueKeys: false, prettyErrors: false } as const;
  const [document, second] = [...new Composer(options).compose(tokens)] as (Document.Parsed | undefined)[];
  if (document === undefined) return { kind: 'null', offset: 0 };
  if (second !== undefined) {
    report({ kind: 'unsupported-yaml', path: [], expected: 'one YAML document', got: 'another one' }, second.range[0]);
    return null;
  }
  for (const { code, message, pos } of document.errors) {
    // What people run into who write a signature without quotes.
    const expected = code === 'BLOCK_AS_IMPLICIT_KEY' ? 'YAML, where a text with a colon and a space in it stands in quotes' : 'YAML';
    report({ kind: 'not-yaml', path: [], expected, got: `text that can't be read: ${message}` }, pos[0]);
  }
  if (document.errors.length > 0) return null;
  return new YamlConverter(report).convert(document.contents, document.range[0], [], 0).value;
}

/** Bounds depth and number of tokens before composing, which is recursive and slow on deep flow collections. */
function readTokens(text: string, report: Report): readonly CST.Token[] | null {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let count = 0;
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    count += 1;
    if (!lexemeMarks.has(lexeme)) offset += lexeme.length;
    if (count > inputLimits.yamlTokens) {
      report({ kind: 'too-large', path: [], expected: `at most ${showCount(inputLimits.yamlTokens)} YAML tokens`, got: 'more' }, offset);
      return null;
    }
    if (parser.stack.length > inputLimits.specDepth && parser.stack.filter(({ type }) => collections.has(type)).length > inputLimits.specDepth) {
      const expected = `at most ${inputLimits.specDepth} lists and mappings inside each other`;
      report({ kind: 'too-deep', path: [], expected, got: 'more' }, offset);
      return null;
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

const collections: ReadonlySet<string> = new Set(['block-map', 'block-seq', 'flow-collection']);
/** Lexemes that mark the start of documents, scalars and the end of flow errors; they stand for no text. */
const lexemeMarks: ReadonlySet<string> = new Set(['\x02', '\x18', '\x1f']);

const coreTags: ReadonlySet<string> = new Set(['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`));

/** A value with how many values it stands for and how deep it is, which is what aliases multiply. */
interface Converted {
  readonly value: SourceValue;
  readonly size: number;
  readonly depth: number;
}

/** Recursive, which is safe because depth is bounded. */
class YamlConverter {
  readonly #report: Report;
  readonly #anchors = new Map<string, Converted | 'open'>();
  #aliases = 0;
  #aliasedValues = 0;
  #values = 0;
  #refusedAliases = false;
  #refusedValues = false;

  constructor(report: Report) {
    this.#report = report;
  }

  /** @param level - Number of collections around the node. */
  convert(node: ParsedNode | null, parentOffset: number, path: InputPath, level: number): Converted {
    const offset = node === null ? parentOffset : node.range[0];
    this.#values += 1;
    if (node === null || this.#values > inputLimits.values) {
      if (node !== null) this.#tooMany(offset);
      return single({ kind: 'null', offset });
    }
    if (isAlias(node)) return this.#follow(node.source, offset, path, level);
    if (node.tag !== undefined && !coreTags.has(node.tag)) {
      this.#report(
        {
          kind: 'unsupported-yaml',
          path,
          expected: 'a value without a tag of its own',
          got: `the tag ${showLine(node.tag.replace('tag:yaml.org,2002:', '!!'))}`,
        },
        offset,
      );
      return single({ kind: 'null', offset });
    }
    const anchor = node.anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    const converted = isMap(node)
      ? this.#mapping(node as YAMLMap.Parsed, offset, path, level)
      : isSeq(node)
        ? this.#list(node.items as readonly (ParsedNode | null)[], offset, path, level)
        : single(isScalar(node) ? scalar(node.value, node.source, offset) : { kind: 'null', offset });
    if (anchor !== undefined) this.#anchors.set(anchor, converted);
    return converted;
  }

  #list(nodes: readonly (ParsedNode | null)[], offset: number, path: InputPath, level: number): Converted {
    const converted = nodes.map((node, index) => this.convert(node, offset, [...path, index], level + 1));
    return collection({ kind: 'list', items: converted.map(({ value }) => value), offset }, converted);
  }

  #mapping(node: YAMLMap.Parsed, offset: number, path: InputPath, level: number): Converted {
    const entries: SourceEntry[] = [];
    const converted: Converted[] = [];
    for (const { key, value } of node.items) {
      const keyOffset = key?.range[0] ?? offset;
      if (!isScalar(key) || typeof key.value !== 'string') {
        const got = isScalar(key) && key.source !== '' && key.value !== null ? showText(key.source ?? '') : 'something else';
        this.#report({ kind: 'wrong-type', path, expected: 'keys that are texts (numbers in quotes)', got }, keyOffset);
        continue;
      }
      const at = [...path, key.value];
      if (key.value === '<<' && key.type === 'PLAIN') {
        this.#report({ kind: 'unsupported-yaml', path: at, expected: 'the keys themselves', got: 'a merge key' }, keyOffset);
        continue;
      }
      const inner = this.convert(value, keyOffset, at, level + 1);
      converted.push(inner);
      entries.push({ key: key.value, offset: keyOffset, value: inner.value });
    }
    return collection({ kind: 'mapping', entries, offset }, converted);
  }

  #follow(name: string, offset: number, path: InputPath, level: number): Converted {
    const target = this.#anchors.get(name);
    const nothing = single({ kind: 'null', offset });
    if (target === undefined || target === 'open') {
      const got = target === undefined ? 'none' : 'one that contains the alias itself';
      this.#report({ kind: 'unsupported-yaml', path, expected: `an anchor ${showText(name)} that ends before its alias`, got }, offset);
      return nothing;
    }
    this.#aliases += 1;
    this.#aliasedValues += target.size;
    this.#values += target.size;
    if (this.#aliases > inputLimits.aliases || this.#aliasedValues > inputLimits.aliasedValues) {
      const expected = `at most ${inputLimits.aliases} aliases for at most ${showCount(inputLimits.aliasedValues)} values in all`;
      if (!this.#refusedAliases) this.#report({ kind: 'too-many-aliases', path, expected, got: 'more' }, offset);
      this.#refusedAliases = true;
      return nothing;
    }
    if (level + target.depth > inputLimits.specDepth) {
      const expected = `at most ${inputLimits.specDepth} lists and mappings inside each other`;
      this.#report({ kind: 'too-deep', path, expected, got: 'more, through an alias' }, offset);
      return nothing;
    }
    return target;
  }

  #tooMany(offset: number): void {
    if (!this.#refusedValues)
      this.#report({ kind: 'too-large', path: [], expected: `at most ${showCount(inputLimits.values)} values`, got: 'more' }, offset);
    this.#refusedValues = true;
  }
}

function single(value: SourceValue): Converted {
  return { value, size: 1, depth: 0 };
}

function collection(value: SourceValue, inner: readonly Converted[]): Converted {
  let size = 1;
  let depth = 0;
  for (const part of inner) {
    size += part.size;
    depth = Math.max(depth, part.depth);
  }
  return { value, size, depth: depth + 1 };
}

function scalar(value: unknown, written: string | undefined, offset: number): SourceValue {
  if (typeof value === 'string') return { kind: 'text', value, offset };
  if (typeof value === 'number') return { kind: 'number', value, written: written ?? String(value), offset };
  if (typeof value === 'boolean') return { kind: 'boolean', value, written: written ?? String(value), offset };
  return { kind: 'null', offset };
}
