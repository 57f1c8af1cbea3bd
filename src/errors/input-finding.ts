/** One thing wrong with an input. @public */
export interface InputFinding {
  /** Stable and dotted, documented in `docs/errors.md`. Example: `spec.unknown-key`. */
  readonly code: string;
  /** Where, in the input's own key names. Example: `functions[2].examples[0].returns`; empty for the whole. */
  readonly path: string;
  readonly expected: string;
  /** What came instead, cut to 100 characters and free of control characters. */
  readonly got: string;
  /** Line of the text it was read from, from 1, where known. */
  readonly line?: number;
  /** Column in UTF-16 units, from 1, where known. */
  readonly column?: number;
}
