import type { Limit } from '../budget/amount.js';
import type { EvaluateQualityInput, EvaluateQualityResult } from './activity-types.js';
import type { Spending } from './deliver.js';
import { evaluate, type ReviewTerms } from './evaluate.js';
import { type HoldFields, holdFields, without } from './hold-fields.js';
import { isCancelled } from './is-cancelled.js';
import type { ProjectBudget } from './project-budget.js';
import type { Shortage } from './shortage.js';
import { patched } from './temporal.js';

/** Reviews the whole project by the usual model; by a cheaper one where money kept that from being asked about everything. */
export async function evaluateProject(
  input: Omit<EvaluateQualityInput, keyof HoldFields | 'cheaper'>,
  hold: Limit,
  spending: Spending,
  { budget, shortage, taskQueue }: { readonly budget: ProjectBudget; readonly shortage: Shortage } & Pick<ReviewTerms, 'taskQueue'>,
): Promise<EvaluateQualityResult> {
  const isTight = shortage.allows('cheaper-model') && budget.isCheaperWanted(hold);
  const review = (cheaper: boolean) => {
    if (cheaper) shortage.record('cheaper-model', null, 'The project is reviewed by a cheaper model.');
    const left = holdFields(without(hold, spending.spent));
    // The usual model leaves half for the cheaper one.
    return evaluate('review of the whole project', { ...input, ...left, ...(cheaper ? { cheaper } : {}) }, spending, {
      mayTakeAll: cheaper || !isTight,
      taskQueue,
    });
  };
  if (!isTight) return review(false);
  if (!patched('kamachiq.usual-model-first')) return review(true);
  const first = await review(false);
  if (first.short === undefined) return first;
  try {
    const second = await review(true);
    return second.unscored.length < first.unscored.length ? second : first;
  } catch (error) {
    if (isCancelled()) throw error;
    return first;
  }
}
