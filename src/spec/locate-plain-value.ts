import { inputLimits } from './input-limits.js';
import type { InputPath, InputProblem } from './input-problem.js';
import { isPlainMapping } from './lenient-access.js';
import { type LocatedValue, settle } from './located-value.js';
import { showCount } from './show-input.js';
import type { SourceValue } from './source-value.js';

/**
 * Takes a value that a program made for the document that it stands for, so that findings can name its places. Fields that are undefined are absent,
 * as in JSON. Whatever JSON can't carry is reported, also nesting and size without bounds, as of a value that contains itself.
 *
 * @internal
 */
export function locatePlainValue(value: unknown, report: (problem: InputProblem) => void): LocatedValue {
  let values = 0;

  const locate = (current: unknown, path: InputPath, depth: number): LocatedValue => {
    values += 1;
    if (values > inputLimits.values) {
      // Reported once: what comes after would only say the same.
      if (values === inputLimits.values + 1) {
        report({ kind: 'too-large', path: [], expected: `at most ${showCount(inputLimits.values)} values`, got: 'more' });
      }
      return settle(nothing, path);
    }
    if (depth > inputLimits.specDepth) {
      report({ kind: 'too-deep', path: [], expected: `at most ${inputLimits.specDepth} lists and mappings inside each other`, got: 'more' });
      return settle(nothing, path);
    }
    if (current === null) return { source: nothing, path, data: null };
    switch (typeof current) {
      case 'string':
        return { source: { kind: 'text', value: current, offset: 0 }, path, data: current };
      case 'boolean':
        return { source: { kind: 'boolean', value: current, written: String(current), offset: 0 }, path, data: current };
      case 'number':
        return { source: { kind: 'number', value: current, written: String(current), offset: 0 }, path, data: current };
      default:
    }
    if (Array.isArray(current)) {
      const items = current.map((item: unknown, index) => locate(item, [...path, index], depth + 1));
      return { source: { kind: 'list', items: items.map(({ source }) => source), offset: 0 }, path, items };
    }
    if (isPlainMapping(current)) {
      const present = Object.entries(current).filter(([, field]) => field !== undefined);
      const fields = new Map(present.map(([key, field]) => [key, locate(field, [...path, key], depth + 1)]));
      const entries = [...fields].map(([key, { source }]) => ({ key, offset: 0, value: source }));
      return { source: { kind: 'mapping', entries, offset: 0 }, path, fields };
    }
    report({ kind: 'wrong-type', path, expected: 'a value that JSON can carry', got: nameOf(current) });
    return settle(nothing, path);
  };

  return locate(value, [], 0);
}

const nothing: SourceValue = { kind: 'null', offset: 0 };

/** Example: `a value of type bigint`, `an object of class Date`. */
function nameOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'object' ? `an object of class ${(value as object).constructor?.name ?? 'unknown'}` : `a value of type ${typeof value}`;
}
