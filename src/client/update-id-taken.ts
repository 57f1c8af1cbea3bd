import { KamachiqError } from '../errors/kamachiq-error.js';
import type { GraphPatch } from '../graph/run/graph-patch.js';
import type { PlanRevision } from '../workflow/activity-types.js';
import type { ControlKind, ControlReceipt } from '../workflow/control-messages.js';

/** What a project answered to whatever was first asked under an update id. */
type Answer = Partial<ControlReceipt & PlanRevision> | null;

/** What an order and its receipt say alike; receipts of older versions leave amounts out. */
const ALIKE = ['taskId', 'slots', 'tokens', 'microDollars'] as const;

/**
 * Whether an answer is one to this order.
 *
 * @throws KamachiqError `control.update-id-taken` where it was given to something else
 */
export function requireReceiptOf(kind: ControlKind, argument: Readonly<Record<string, unknown>>, answer: Answer, updateId: string): ControlReceipt {
  const isSame = answer?.kind === kind && ALIKE.every((field) => answer[field] === undefined || answer[field] === argument[field]);
  if (!isSame) throw updateIdTaken(updateId, wordsOf(answer));
  return answer as ControlReceipt;
}

/**
 * Whether an answer is one to this change of a plan, by the tasks that it is about.
 *
 * @throws KamachiqError `control.update-id-taken` where it was given to something else
 */
export function requireRevisionBy({ add = [], replace = [], drop = [] }: GraphPatch, answer: Answer, updateId: string): PlanRevision {
  const idsOf = (nodes: readonly { readonly id: string }[]) => nodes.map(({ id }) => id);
  const changed = JSON.stringify([answer?.added, answer?.replaced, answer?.dropped]);
  if (changed !== JSON.stringify([idsOf(add), idsOf(replace), drop])) throw updateIdTaken(updateId, wordsOf(answer));
  return answer as PlanRevision;
}

/** @param usedFor - What was asked under the id, as far as that is known. */
export function updateIdTaken(updateId: string, usedFor: string): KamachiqError {
  return new KamachiqError({
    code: 'control.update-id-taken',
    message: `Expected an update id under which nothing else was asked, got ${updateId}: under it ${usedFor.replace(/\.$/, '')}.`,
    remedy: 'Nothing was done now. Ask under a new update id, or under none.',
    context: { updateId },
  });
}

function wordsOf(answer: Answer): string {
  if (answer?.kind !== undefined) return `order ${answer.order} was given, ${answer.kind}: ${answer.effect}`;
  if (answer?.revision !== undefined) return `change ${answer.revision} of the plan was made: ${String(answer.reason).slice(0, REASON_CHARACTERS)}`;
  return 'something else was asked';
}

/** Characters of a reason that are repeated. */
const REASON_CHARACTERS = 200;
