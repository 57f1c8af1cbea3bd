import type { Limit } from '../budget/amount.js';
import { callActivity } from './activity-proxies.js';
import { spentOf } from './hold-fields.js';
import { type ActivityReport, readFailure } from './read-failure.js';
import { CancellationScope, patched } from './temporal.js';

/**
 * Reads what an activity's failure tells. What was lost with its worker is charged at what it had opened until then; where nobody knows that, at its
 * full hold.
 */
export async function accountForFailure(error: unknown, hold: Limit): Promise<ActivityReport> {
  const report = readFailure(error, hold);
  const activityId = report.lostActivityId;
  if (activityId === null || hold.tokens === 0 || !patched('kamachiq.account-for-attempt')) return report;
  try {
    // Also where the workflow was cancelled meanwhile: what was spent was spent.
    const account = await CancellationScope.nonCancellable(() => callActivity('accountForAttempt', 'what a lost attempt spent', { activityId }));
    return account === null ? report : { ...report, spent: spentOf(account), record: account.record };
  } catch {
    return report;
  }
}
