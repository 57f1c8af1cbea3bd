import type { ModelCallRecord } from '../report/project-report.js';

/**
 * Port to a journal in which every call of a model stands before it is made, so that an attempt that was lost with its worker is charged by what
 * it opened, and not by all it might have. Implemented by hosts; `FilesystemCallJournal` is the default one of the command line. Every
 * implementation passes `describeCallJournal` from `kamachiq/testing`.
 *
 * A lost attempt may still run, with no way to hear that it was given up. Sealing ends it: a call either stands in the journal before the
 * seal, and is charged, or is refused. There is nothing between: who opens writes first and then looks for the seal, who seals writes
 * the seal first and then reads.
 *
 * @public
 */
export interface CallJournal {
  readonly specificationVersion: 1;

  /**
   * Says that all calls of an attempt will be in here, so that one without any is known to have made none. Durable when it returns.
   *
   * @param attempt - Unique for ever. Any text: it comes from ids that models wrote.
   * @throws KamachiqError `journal.sealed` once the attempt was sealed, `journal.unwritable`
   */
  doBegin(attempt: string): Promise<void>;

  /**
   * Writes a call down that is about to be made. Durable when it returns. Also taken of an attempt that never began, as one that makes other calls
   * around the journal: then the seal is all that it is for.
   *
   * @param call - The call at its worst: the counted prompt, and the longest answer that it may get.
   * @throws KamachiqError `journal.sealed` once the attempt was sealed, `journal.unwritable`; the call must not be made then
   */
  doOpen(attempt: string, call: ModelCallRecord): Promise<void>;

  /**
   * Writes down what became of a call. Need not be durable: what is lost of it is charged as it was opened.
   *
   * @throws KamachiqError `journal.unwritable`
   */
  doClose(attempt: string, call: ModelCallRecord): Promise<void>;

  /**
   * Ends an attempt for good: no call of it can be opened any more. A repeat answers the same.
   *
   * @returns Its calls in the order in which they were opened, each as it was closed or, where it was not, as it was opened; null where the
   * journal knows of no beginning of the attempt, or can't tell all that it opened.
   * @throws KamachiqError `journal.unwritable`, `journal.unreadable`
   */
  doSeal(attempt: string): Promise<readonly ModelCallRecord[] | null>;
}
