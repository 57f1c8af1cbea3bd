import { activityInfo } from '@temporalio/activity';
import type { AccountForAttemptInput, AccountForAttemptResult } from '../workflow/activity-types.js';
import type { ActivityEnvironment } from './activity-environment.js';
import { attemptOf } from './attempt-of.js';

/** The activity `kamachiq.accountForAttempt`. */
export async function accountForAttempt(
  { journal, store }: ActivityEnvironment,
  { activityId }: AccountForAttemptInput,
): Promise<AccountForAttemptResult | null> {
  if (journal === undefined) return null;
  // Asked by the workflow whose activity was lost: all but the activity is the same.
  const calls = await journal.doSeal(attemptOf({ ...activityInfo(), activityId }));
  if (calls === null) return null;
  return {
    tokensSpent: calls.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0),
    microDollarsSpent: calls.reduce((sum, { microDollars = 0 }) => sum + microDollars, 0),
    record: await store.putRecord({ calls }),
    callsLost: calls.filter(({ finishReason }) => finishReason === 'lost').length,
  };
}
