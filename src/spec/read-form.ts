import type { Form, ListForm, MappingForm } from './form.js';
import { toSnakeCase } from './form.js';
import type { InputPath, InputProblem } from './input-problem.js';
import { type LocatedValue, settle } from './located-value.js';
import { findNearestKey } from './nearest-key.js';
import { showCount, showLine, showSource, showText } from './show-input.js';
import { isUnsafeKey, type SourceMapping, type SourceValue, toJsonValue } from './source-value.js';

type Report = (problem: InputProblem, offset: number) => void;

/**
 * Brings a value into its TypeScript form: keys by their TypeScript names, shorthands written out. Reports unknown keys, fields given twice and
 * numbers that JSON can't carry; whether the outcome is right is for its schema to say.
 *
 * @internal
 */
export function readForm(source: SourceValue, form: Form, path: InputPath, report: Report): LocatedValue {
  if (form.kind === 'list' && source.kind === 'list') return readList(source, form, path, report);
  if (form.kind === 'mapping' && source.kind === 'mapping') return readMapping(source, form, path, report);
  if (form.kind === 'written-text' && (source.kind === 'number' || source.kind === 'boolean')) return { source, path, data: source.written };
  if (form.kind === 'json' && reportNumbers(source, path, report)) return settle(source, path);
  return { source, path, data: toJsonValue(source) };
}

function readList(source: SourceValue & { readonly kind: 'list' }, form: ListForm, path: InputPath, report: Report): LocatedValue {
  if (source.items.length > form.limit) {
    report({ kind: 'out-of-range', path, expected: `at most ${showCount(form.limit)} items`, got: showSource(source) }, source.offset);
  }
  return { source, path, items: source.items.slice(0, form.limit).map((item, index) => readForm(item, form.item, [...path, index], report)) };
}

function readMapping(source: SourceMapping, form: MappingForm, path: InputPath, report: Report): LocatedValue {
  const names = namesOf(form);
  const fields = new Map<string, LocatedValue>();
  const writtenAs = new Map<string, string>();
  for (const { key, offset, value } of source.entries) {
    if (isUnsafeKey(key)) continue;
    const at = [...path, key];
    const canonical = names.get(key);
    const earlier = canonical === undefined ? undefined : writtenAs.get(canonical);
    if (canonical === undefined) {
      report({ kind: 'unknown-key', path: at, expected: describeKnownKeys(key, form), got: showText(key) }, offset);
    } else if (earlier === undefined) {
      fields.set(canonical, readForm(value, form.keys.get(canonical)!, at, report));
      writtenAs.set(canonical, key);
    } else if (earlier !== key) {
      report({ kind: 'conflict', path: at, expected: `one of ${earlier} and ${key}, which name the same`, got: 'both' }, offset);
    }
  }
  form.finish?.(fields, { source, path, report });
  return { source, path, fields };
}

/** The name that a TypeScript key has in files. @internal */
export function fileKeyOf(form: MappingForm, key: string): string {
  return form.fileKeys?.get(key) ?? toSnakeCase(key);
}

function namesOf(form: MappingForm): ReadonlyMap<string, string> {
  return new Map([...form.keys.keys()].flatMap((key) => [key, toSnakeCase(key), fileKeyOf(form, key)].map((name) => [name, key] as const)));
}

function describeKnownKeys(key: string, form: MappingForm): string {
  const known = [...form.keys.keys()].map((name) => fileKeyOf(form, name));
  const nearest = findNearestKey(key, known);
  return nearest === null ? `one of the keys ${known.join(', ')}` : `a known key, perhaps ${nearest}`;
}

/** Reports numbers that are infinite, no numbers, or integers that a double can't hold exactly; true where there was one. */
function reportNumbers(source: SourceValue, path: InputPath, report: Report): boolean {
  if (source.kind === 'list') return source.items.map((item, index) => reportNumbers(item, [...path, index], report)).includes(true);
  if (source.kind === 'mapping') return source.entries.map(({ key, value }) => reportNumbers(value, [...path, key], report)).includes(true);
  if (source.kind !== 'number') return false;
  const { value, written, offset } = source;
  if (!Number.isFinite(value)) {
    report({ kind: 'out-of-range', path, expected: 'a finite number', got: showLine(written) }, offset);
    return true;
  }
  // A figure with a point or an exponent is rounded as every program rounds it; an integer must stay what it was.
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER || !/^[-+]?(\d+|0[xo][0-9a-f]+)$/i.test(written)) return false;
  report({ kind: 'out-of-range', path, expected: 'an integer between -9007199254740991 and 9007199254740991', got: showLine(written) }, offset);
  return true;
}
