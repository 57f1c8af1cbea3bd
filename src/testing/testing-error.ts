import { KamachiqError } from '../errors/kamachiq-error.js';

/** What keeps the test kit from testing: it says nothing about what was to be tested. @public */
export class TestingError extends KamachiqError {
  /** @param code - The part after `testing.`; every one is documented in `docs/errors.md`. */
  constructor(code: `testing.${string}`, message: string, remedy: string, cause?: unknown) {
    super({ code, message, remedy, cause });
    this.name = 'TestingError';
  }
}
