import type { CheckOutcome } from './check.js';

/** Whether a check was passed that says nothing of whether something is right: neither a merit nor a failure, but something to look at. */
export const isObservedOnly = ({ passed, structural }: CheckOutcome): boolean => passed && structural === true;
