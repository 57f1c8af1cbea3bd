import { KamachiqError } from '../errors/kamachiq-error.js';
import { finding, type GraphFinding } from '../graph/graph-finding.js';
import type { GraphPatch } from '../graph/run/graph-patch.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import { jsonBytes } from '../ports/json-bytes.js';
import type { PlanRevision } from './activity-types.js';
import type { RevisePlan } from './messages.js';
import { isReason, REASON_CHARACTERS } from './revision-reason.js';
import { ApplicationFailure, workflowInfo } from './temporal.js';

/** A patch that was compiled, and the plan that it makes. */
export interface CheckedRevision {
  readonly patch: GraphPatch;
  readonly plan: ArtifactReference;
  readonly holds?: readonly (number | null)[] | undefined;
}

const MESSAGE_CHARACTERS = 1_000;
/** It goes to an activity together with the plan, and comes back with what was found. */
const PATCH_BYTES = 1_000_000;

/** Temporal ends a workflow whose history has 50 MiB or 51,200 events: what comes after a change must still fit, and its report. */
const HISTORY_BYTES = 20_000_000;
const HISTORY_EVENTS = 40_000;

export const NOT_EXECUTING = 'The plan can only be changed while its tasks are carried out.';

/** The findings are for whoever asked: they travel as details of the failure. */
export const refuseRevision = (message: string, findings: readonly GraphFinding[] = []): ApplicationFailure =>
  ApplicationFailure.create({ type: 'kamachiq.graph.patch-refused', message, nonRetryable: true, details: [findings] });

export const refuseForFindings = (findings: readonly GraphFinding[]): ApplicationFailure =>
  refuseRevision(
    findings
      .map(({ message }) => message)
      .join(' ')
      .slice(0, MESSAGE_CHARACTERS),
    findings,
  );

/** What keeps a change from being applied, where that is an error and not a finding. */
export function refuseForError(error: unknown): GraphFinding {
  if (!KamachiqError.isInstance(error)) throw error;
  return finding(error.code as GraphFinding['code'], [], error.message, [], error.remedy);
}

/** Every change stays in the history, refused or not: where that is long, no more are taken. */
export function refuseForHistory(): void {
  const { historySize, historyLength } = workflowInfo();
  if (historySize < HISTORY_BYTES && historyLength < HISTORY_EVENTS) return;
  throw refuseRevision('The history of the project is too long for further changes of its plan.');
}

/** Any client of the namespace may send a change; what its tasks are is checked where there is a schema for it. Synchronous, as a validator must be. */
export function refuseWhatIsNoRevision(change: Partial<Record<keyof RevisePlan, unknown>> | null): void {
  const { patch, reason } = change ?? {};
  if (typeof patch !== 'object' || patch === null) throw refuseRevision('A change needs a patch.');
  const bytes = jsonBytes(patch);
  if (bytes > PATCH_BYTES) throw refuseRevision(`A patch takes at most ${PATCH_BYTES} bytes, this one ${bytes}.`);
  if (!isReason(reason)) throw refuseRevision(`A change needs a reason of at most ${REASON_CHARACTERS} characters.`);
  refuseForHistory();
}

export function describeRevision(
  revision: number,
  { patch: { add = [], replace = [], drop = [] }, plan }: CheckedRevision,
  reason: string,
): PlanRevision {
  const idsOf = (nodes: readonly { readonly id: string }[]) => nodes.map(({ id }) => id);
  return { revision, revisedAt: Date.now(), reason, added: idsOf(add), replaced: idsOf(replace), dropped: drop, plan };
}
