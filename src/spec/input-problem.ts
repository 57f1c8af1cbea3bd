/** What can be wrong with an input; its code is the domain, a dot and this. Each is documented in `docs/errors.md`. @internal */
export const inputProblemKinds = [
  'argument-count',
  'conflict',
  'cycle',
  'duplicate',
  'empty',
  'file-missing',
  'file-unreadable',
  'invalid-name',
  'invalid-signature',
  'invalid-text',
  'missing',
  'not-json',
  'not-utf8',
  'not-yaml',
  'out-of-range',
  'too-deep',
  'too-large',
  'too-many-aliases',
  'too-many-problems',
  'truncated',
  'unknown-dependency',
  'unknown-function',
  'unknown-key',
  'unknown-type',
  'unsafe-id',
  'unsafe-key',
  'unsafe-path',
  'unsupported-yaml',
  'write-conflict',
  'wrong-type',
] as const;
/** @internal */
export type InputProblemKind = (typeof inputProblemKinds)[number];

/** Keys and indexes from the root of a document. @internal */
export type InputPath = readonly (string | number)[];

/** One thing wrong, before it has a domain and a place in the text. @internal */
export interface InputProblem {
  readonly kind: InputProblemKind;
  readonly path: InputPath;
  readonly expected: string;
  readonly got: string;
}
