import { jsonBytes } from '../../ports/json-bytes.js';
import { abridgeTasks } from '../abridged-task.js';
import type { TaskNode } from '../task-node.js';

/**
 * What a plan may weigh in its workflow, in bytes: what is left of its tasks abridged, with what becomes of them. Temporal carries at most 2 MiB in one piece,
 * and all of that comes from the planner in one, and goes on to another run of the project in one, with the spec (up to 384 KiB).
 */
export const PLAN_WEIGHT_LIMIT = 1_800_000;

/**
 * What becomes of a task, in bytes as it goes on in another run. Measured on finished projects: 200 with its names, its account in the budget and the reference of what it
 * made, where the names of fields, which count in the weight, are left out; what settled tasks did is in the store.
 */
const TASK_RECORD_BYTES = 200;

/** Most bytes of JSON for a unit of text: an escaped control character or half surrogate. */
const BYTES_OF_UNIT = 6;
/** Most bytes of a number, of a constant, or of what stands around a value or a key. */
const BYTES_OF_REST = 30;

/** The weight of a plan in its workflow where it is more than so much, else null. */
export function findExcessWeight(nodes: readonly TaskNode[], limit: number): number | null {
  const room = limit - nodes.length * TASK_RECORD_BYTES;
  if (isWithin(nodes, room)) return null;
  const weight = jsonBytes(abridgeTasks(nodes, nodes.length)) + nodes.length * TASK_RECORD_BYTES;
  return weight > limit ? weight : null;
}

/** Whether a plan is far from a limit, as most are: only others are weighed to the byte. */
function isWithin(nodes: readonly TaskNode[], limit: number): boolean {
  let most = 0;
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
  return most <= limit;
}
