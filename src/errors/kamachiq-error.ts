const marker = Symbol.for('kamachiq.error');

/** What went wrong, for a person and for a program. @public */
export interface KamachiqErrorDetails {
  /** Stable, dotted, documented in `docs/errors.md` under the same name. Example: `graph.cycle`. */
  readonly code: string;
  /** One sentence: what was expected and what came instead. */
  readonly message: string;
  /** What the reader can do next, as an instruction. */
  readonly remedy: string;
  /** Plain JSON: it crosses process and workflow boundaries. */
  readonly context?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** Base of every error that kamachiq throws. @public */
export class KamachiqError extends Error {
  // instanceof fails when a workflow bundle and a host each hold a copy of this class; the registered symbol does not.
  readonly [marker] = true;
  readonly code: string;
  readonly remedy: string;
  readonly context: Readonly<Record<string, unknown>>;

  constructor({ code, message, remedy, context = {}, cause }: KamachiqErrorDetails) {
    super(message, { cause });
    this.name = 'KamachiqError';
    this.code = code;
    this.remedy = remedy;
    this.context = context;
  }

  /** True for any kamachiq error, from whichever copy of the package it came. */
  static isInstance(value: unknown): value is KamachiqError {
    return typeof value === 'object' && value !== null && marker in value;
  }
}
