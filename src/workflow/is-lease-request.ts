import { jsonBytes } from '../ports/json-bytes.js';
import type { LeaseHolder, LeaseRequest } from './agent-pool-messages.js';

/** Most bytes of any name, as JSON without its quotes: what the server allows an id unless it was told otherwise. */
const NAME_BYTES = 1_000;

const RUN_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** True for what a pool can grant a lease to. Any client of the namespace may send a signal: what its type promises is not known of it. */
export function isLeaseRequest(request: Partial<Record<keyof LeaseRequest, unknown>> | null | undefined): request is LeaseRequest {
  const { urgency, weight = 1 } = request ?? {};
  return isLeaseHolder(request) && Number.isFinite(urgency) && typeof weight === 'number' && weight >= 0.001 && weight <= 1_000;
}

/** True for whom the server lets a workflow signal: a signal to what can be no run at all would fail the task of the pool's workflow, and all later ones. */
export function isLeaseHolder(holder: Partial<Record<keyof LeaseHolder, unknown>> | null | undefined): boolean {
  const { key, workflowId, runId, group } = holder ?? {};
  const areNames = isName(key) && isName(workflowId) && isName(group);
  return areNames && !/[\p{Cc}\p{Cs}]/u.test(workflowId) && typeof runId === 'string' && RUN_ID.test(runId);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= NAME_BYTES && jsonBytes(value) <= NAME_BYTES + 2;
}
