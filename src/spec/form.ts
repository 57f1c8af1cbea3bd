import type { InputPath, InputProblem } from './input-problem.js';
import type { LocatedValue } from './located-value.js';
import type { SourceMapping } from './source-value.js';

/** How a value may be written in a file or an answer, and what becomes of it; schemas judge the outcome. @internal */
export type Form =
  /** Any JSON value; numbers that JSON can't carry are reported. */
  | { readonly kind: 'json' }
  /** As it stands. */
  | { readonly kind: 'scalar' }
  /** Text; numbers, true and false become text as they were written. */
  | { readonly kind: 'written-text' }
  | ListForm
  | MappingForm;

/** @internal */
export interface ListForm {
  readonly kind: 'list';
  readonly item: Form;
  /** Items beyond it are reported and left out. */
  readonly limit: number;
}

/** @internal */
export interface MappingForm {
  readonly kind: 'mapping';
  /** By the names that TypeScript uses; snake_case is accepted for each. */
  readonly keys: ReadonlyMap<string, Form>;
  /** Names in files that don't follow from the TypeScript name. */
  readonly fileKeys?: ReadonlyMap<string, string>;
  /** Turns shorthands into the TypeScript form. */
  readonly finish?: (fields: Map<string, LocatedValue>, at: FormContext) => void;
}

/** What a form may look at and report to. @internal */
export interface FormContext {
  readonly source: SourceMapping;
  readonly path: InputPath;
  readonly report: (problem: InputProblem, offset: number) => void;
}

/** The name that a key has in files: snake_case. @internal */
export function toSnakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
