import type { MappingForm } from './form.js';
import type { InputProblem } from './input-problem.js';
import type { LocatedValue } from './located-value.js';
import { readForm } from './read-form.js';
import type { SourceValue } from './source-value.js';

/** Reads a mapping with one list in it, or the list alone. @internal */
export function readListAnswer(
  source: SourceValue,
  form: MappingForm,
  key: string,
  report: (problem: InputProblem, offset: number) => void,
): LocatedValue {
  if (source.kind !== 'list') return readForm(source, form, [], report);
  return { source, path: [], fields: new Map([[key, readForm(source, form.keys.get(key)!, [], report)]]) };
}
