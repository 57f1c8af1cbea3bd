import type { Client } from '@temporalio/client';
import { KamachiqError } from '../errors/kamachiq-error.js';
import type { ControlKind, ControlReceipt } from '../workflow/control-messages.js';
import { askProject, type ProjectRefusal } from './ask-project.js';
import { checkOrder, type OrderFields } from './check-order.js';
import { requireReceiptOf } from './update-id-taken.js';

const REFUSAL: ProjectRefusal = {
  type: 'kamachiq.control.refused',
  error: (message) =>
    new KamachiqError({
      code: 'control.refused',
      message,
      remedy: 'Look at the status of the project, and ask for what it can do now, under a new update id.',
    }),
};

/**
 * Steps into a project that runs.
 *
 * @throws InvalidInputError `input.invalid`; KamachiqError `control.refused`, `control.update-id-taken`; and what `askProject` throws
 */
export async function giveOrder(
  client: Client,
  projectId: string,
  kind: ControlKind,
  fields: OrderFields,
  options: unknown,
): Promise<ControlReceipt> {
  const { updateId, argument } = checkOrder(fields, options);
  const answer = await askProject<ControlReceipt | null>(client, { workflowId: projectId, name: `kamachiq.${kind}`, argument, updateId }, REFUSAL);
  return requireReceiptOf(kind, argument, answer, updateId);
}
