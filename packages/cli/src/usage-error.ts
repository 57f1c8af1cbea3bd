import { KamachiqError } from 'kamachiq';

/** A mistake of whoever called the command line, or something it needs that is not there: one line and exit code 2, no stack. */
export const usageError = (code: string, message: string, remedy: string, cause?: unknown): KamachiqError =>
  new KamachiqError({ code: `cli.${code}`, message, remedy, cause });
