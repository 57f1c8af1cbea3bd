import { KamachiqError, type KamachiqErrorDetails } from './kamachiq-error.js';

/** What kept a model from answering. @public */
export type ModelCallErrorCode =
  | 'model.rate-limited'
  | 'model.overloaded'
  | 'model.timeout'
  | 'model.context-too-long'
  | 'model.refused'
  | 'model.unauthorized'
  | 'model.invalid-request'
  | 'model.unavailable'
  | 'model.interrupted'
  | 'model.garbled'
  | 'model.cancelled';

/** A model call that gave no answer. @public */
export class ModelCallError extends KamachiqError {
  declare readonly code: ModelCallErrorCode;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** The delay the provider asked for, where it named one. */
  readonly retryAfterMilliseconds: number | null;

  constructor(details: KamachiqErrorDetails & { readonly code: ModelCallErrorCode; readonly retryAfterMilliseconds?: number | null }) {
    super(details);
    this.name = 'ModelCallError';
    this.retryable = retryableCodes.has(details.code);
    this.retryAfterMilliseconds = details.retryAfterMilliseconds ?? null;
  }
}

const retryableCodes: ReadonlySet<ModelCallErrorCode> = new Set([
  'model.rate-limited',
  'model.overloaded',
  'model.timeout',
  'model.unavailable',
  'model.interrupted',
  'model.garbled',
]);
