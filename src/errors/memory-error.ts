import { KamachiqError, type KamachiqErrorDetails } from './kamachiq-error.js';

/** What kept a note from being kept or found. @public */
export type MemoryErrorCode = 'memory.invalid-limit' | 'memory.invalid-note' | 'memory.unreadable' | 'memory.unwritable';

/** A note that can't be kept or found. @public */
export class MemoryError extends KamachiqError {
  declare readonly code: MemoryErrorCode;

  constructor(details: KamachiqErrorDetails & { readonly code: MemoryErrorCode }) {
    super(details);
    this.name = 'MemoryError';
  }
}
