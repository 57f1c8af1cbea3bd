import { type Amount, type Limit, NOTHING } from '../budget/amount.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import type { FailureDetails } from './failure-details.js';
import { spentOf } from './hold-fields.js';
import { causesOf, isWrapper, readReason } from './read-reason.js';
import { ActivityFailure, ApplicationFailure, CancelledFailure } from './temporal.js';

/** What the server says in place of an activity that it cancels before a worker took it. */
const NOT_STARTED = 'ACTIVITY_ID_NOT_STARTED';

/** What a failed activity tells: why, what it spent, and whether trying again can help. */
export interface ActivityReport {
  readonly reason: string;
  /** Type of the failure; null where the activity told none. Example: `kamachiq.model.timeout`. */
  readonly type: string | null;
  readonly spent: Amount;
  readonly record: ArtifactReference | null;
  readonly retryable: boolean;
  /** True when nobody knows what the attempt did. */
  readonly lost: boolean;
  readonly delayMilliseconds: number | null;
  /** Of what was lost; null where nothing was. */
  readonly lostActivityId: string | null;
}

/** Reads what an activity's failure tells; one that ran and tells nothing is charged at its full hold. */
export function readFailure(error: unknown, hold: Limit): ActivityReport {
  const causes = causesOf(error);
  const cause = causes.find((link) => !isWrapper(link)) ?? error;
  const cancelled = cause instanceof CancelledFailure;
  const lost = !cancelled && !(cause instanceof ApplicationFailure);
  const details = lost ? null : (cause.details?.[0] as Partial<FailureDetails> | typeof NOT_STARTED | null | undefined);
  // Cancelled before it was scheduled, or before any worker took it: nothing ran.
  const untouched = cancelled && (cause === error || details === NOT_STARTED);
  const told = details === NOT_STARTED ? null : details;
  return {
    reason: `${lost ? 'the worker was lost: ' : ''}${readReason(error)}`,
    type: cause instanceof ApplicationFailure ? (cause.type ?? null) : null,
    spent: untouched ? NOTHING : typeof told?.tokensSpent === 'number' ? spentOf(told as FailureDetails) : inFull(hold),
    record: told?.record ?? null,
    retryable: lost || (!cancelled && cause.nonRetryable !== true),
    lost,
    delayMilliseconds: told?.retryAfterMilliseconds ?? null,
    lostActivityId: lost ? (causes.find((link) => link instanceof ActivityFailure)?.activityId ?? null) : null,
  };
}

/** All that a hold allowed; of money nothing is known where nothing limited it. */
const inFull = ({ tokens, microDollars }: Limit): Amount => ({ tokens, microDollars: microDollars ?? 0 });
