/** It stands in the history and in the report. */
export const REASON_CHARACTERS = 2_000;

/** Whether people can read why a plan was changed. */
export const isReason = (reason: unknown): reason is string =>
  typeof reason === 'string' && reason.trim() !== '' && reason.length <= REASON_CHARACTERS;
