import { KamachiqError } from '../errors/kamachiq-error.js';

/** @param what - Completes a sentence about the task. Example: `is succeeded already`. */
export const refuseForState = (what: string): KamachiqError =>
  new KamachiqError({ code: 'control.refused', message: `The task ${what}.`, remedy: 'Look at the status of the project.' });
