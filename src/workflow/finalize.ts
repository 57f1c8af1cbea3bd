import type { ArtifactReference } from '../ports/artifact-store.js';
import { jsonBytes } from '../ports/json-bytes.js';
import { callActivity } from './activity-proxies.js';
import type { AbridgedRecord, FinalizeArchivedProject, FinalizeProjectInput, FinalizeProjectResult } from './activity-types.js';
import { goesByReference } from './changes.js';
import { keepInParts } from './keep-in-parts.js';
import { packLarge } from './packed-json.js';
import { causesOf } from './read-reason.js';
import { ApplicationFailure } from './temporal.js';

/** Bytes of JSON that an activity or a run may be started with: Temporal refuses 2 MiB. */
export const LARGEST_INPUT = 2_000_000;

/** How the report fails where the store has the plan no more. */
const PLAN_LOST = 'kamachiq.report.plan-lost';

type Archives = FinalizeArchivedProject['archives'];

/** A project that has ended, as its workflow knows it. */
export interface EndedProject extends FinalizeProjectInput {
  readonly tasks: readonly AbridgedRecord[];
}

/**
 * Has the report written. What is too much to be carried at once goes ahead in parts, and none of it is lost.
 *
 * @param plan - Where its tasks stand in the store; null where none was made.
 * @param archives - What runs before stored of settled tasks.
 * @param packs - Whether many tasks may be told packed.
 */
export async function finalize(
  summary: string,
  input: EndedProject,
  plan: ArtifactReference | null,
  archives: Archives,
  packs: boolean,
): Promise<FinalizeProjectResult> {
  if (plan === null || !goesByReference()) return send(summary, input, archives);
  const slim = input.tasks.map(({ node: { id }, ...task }) => ({ ...withoutEmpty(task), node: { id } }));
  const tasks = packs ? packLarge(slim) : slim;
  const spec = { ...input.spec, tasks: [] };
  try {
    return await send(summary, { ...input, spec, planned: plan, tasks }, archives);
  } catch (error) {
    // The workflow knows the plan still, abridged.
    if (!causesOf(error).some((cause) => cause instanceof ApplicationFailure && cause.type === PLAN_LOST)) throw error;
    return send(`${summary}, without the store's plan`, input, archives);
  }
}

async function send(summary: string, input: FinalizeProjectInput, archives: Archives): Promise<FinalizeProjectResult> {
  if (archives.length === 0 && jsonBytes(input) <= LARGEST_INPUT) return callActivity('finalizeProject', summary, input);
  const parts = await keepInParts(summary, JSON.stringify(input));
  if (archives.length > 0) return callActivity('finalizeFromArchives', summary, { parts, archives });
  return callActivity('finalizeFromParts', summary, { parts });
}

const withoutEmpty = <Task extends object>(task: Task): Task =>
  Object.fromEntries(Object.entries(task).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))) as Task;
