/** A reason to stop that a person can act on: one sentence, and the command or setting that helps. Shown without a stack. */
export class SetupError extends Error {
  /**
   * @param {string} message - What is missing or wrong, in one sentence.
   * @param {{ remedy?: string, details?: readonly string[], exitCode?: number, cause?: unknown }} [options]
   */
  constructor(message, { remedy = '', details = [], exitCode = 1, cause } = {}) {
    super(message, { cause });
    this.name = 'SetupError';
    this.remedy = remedy;
    this.details = details;
    this.exitCode = exitCode;
  }
}
