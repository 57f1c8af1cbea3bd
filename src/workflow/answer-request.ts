import type { AttemptTerms } from '../agents/attempt-terms.js';
import type { Limit } from '../budget/amount.js';
import { grantOf } from './hold-fields.js';
import { grantHoldSignal, type HoldRequest } from './messages.js';
import { CancellationScope, getExternalWorkflowHandle } from './temporal.js';

/** Answers a task that asked for a hold. @returns Whether anybody was there: it may be gone by now, cancelled with the project. */
export function answerRequest({ workflowId, key }: HoldRequest, hold: Limit, terms?: AttemptTerms): Promise<boolean> {
  const grant = grantOf(key, hold, terms);
  return CancellationScope.nonCancellable(() => getExternalWorkflowHandle(workflowId).signal(grantHoldSignal, grant)).then(
    () => true,
    () => false,
  );
}
