/** When a task starts, given what became of the tasks it depends on; the rules of Airflow by their names there. @public */
export const TriggerRule = {
  /** All of them succeeded. The default. */
  ALL_SUCCESS: 'all-success',
  /** All of them are settled, however. */
  ALL_DONE: 'all-done',
  /** All of them succeeded or were skipped. */
  NONE_FAILED: 'none-failed',
  /** As `none-failed`, and not all of them were skipped: what joins branches of which some are not taken. */
  NONE_FAILED_MIN_ONE_SUCCESS: 'none-failed-min-one-success',
  /** One of them succeeded; the others are not waited for. */
  ONE_SUCCESS: 'one-success',
  /** One of them failed; the others are not waited for. */
  ONE_FAILED: 'one-failed',
  /** At once. */
  ALWAYS: 'always',
} as const;
/** @public */
export type TriggerRule = (typeof TriggerRule)[keyof typeof TriggerRule];
