/** How a project is started. @public */
export interface SubmitOptions {
  /**
   * Workflow id: 1 to 200 letters, digits and `. _ : @ + -`, that begins with a letter, a digit or `_`; fit to name a folder.
   *
   * @defaultValue made of the name and a random part
   */
  readonly projectId?: string;
  /** Whole number from 0 to 2^53 − 1; every model call's seed is derived from it. @defaultValue 0 */
  readonly seed?: number;
  /** Minutes that a person has to decide before the safe default, rejection; from 0.001 to 525,600, a year. @defaultValue 1,440 */
  readonly reviewTimeoutMinutes?: number;
}
