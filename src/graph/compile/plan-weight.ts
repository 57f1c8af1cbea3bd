import { jsonBytes } from '../../ports/json-bytes.js';
import type { TaskNode } from '../task-node.js';

/**
 * What a plan may weigh, in bytes. Temporal carries at most 2 MiB in one piece, and a plan comes from its planner, goes back to it, and on to another run of
 * its project in one, with the spec (up to 384 KiB), what was found, and where its tasks stand.
 */
export const PLAN_WEIGHT_LIMIT = 1_400_000;

/**
 * What is kept free for what becomes of a task, in bytes: everything goes together when a project goes on in another run. Measured on finished projects:
 * 270 for its state with the reference of what it made, 80 for its account in the budget; what settled tasks did is in the store.
 */
const TASK_RECORD_BYTES = 450;

/** Most bytes of JSON for a unit of text: an escaped control character or half surrogate. */
const BYTES_OF_UNIT = 6;
/** Most bytes of a number, of a constant, or of what stands around a value or a key. */
const BYTES_OF_REST = 30;

/** The weight of a plan that weighs more than so much, else null. Most plans are far from it: only those that may be near are weighed to the byte. */
export function findExcessWeight(nodes: readonly TaskNode[], limit: number): number | null {
  let most = nodes.length * TASK_RECORD_BYTES;
  const pending: object[] = [nodes];
  const weigh = (item: unknown) => {
    if (typeof item === 'string') most += item.length * BYTES_OF_UNIT;
    else if (typeof item === 'object' && item !== null) pending.push(item);
    most += BYTES_OF_REST;
  };
  for (let value = pending.pop(); value !== undefined && most <= limit; value = pending.pop()) {
    if (Array.isArray(value)) for (let at = 0; at < value.length; at += 1) weigh(value[at]);
    else {
      // What is inherited makes it only more.
      for (const key in value) {
        most += key.length * BYTES_OF_UNIT;
        weigh((value as Readonly<Record<string, unknown>>)[key]);
      }
    }
  }
  if (most <= limit) return null;
  const weight = weighPlan(nodes);
  return weight > limit ? weight : null;
}

/** Bytes of a plan as JSON, with room for what will become of its tasks; at most `PLAN_WEIGHT_LIMIT` in a plan that can be carried out. */
const weighPlan = (nodes: readonly TaskNode[]): number => jsonBytes(nodes) + nodes.length * TASK_RECORD_BYTES;
