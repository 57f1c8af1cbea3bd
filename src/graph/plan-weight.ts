import { jsonBytes } from '../ports/json-bytes.js';
import type { TaskNode } from './task-node.js';

/**
 * What a plan may weigh, in bytes. Temporal carries at most 2 MiB in one piece, and the heaviest piece, the input of the report, holds the spec
 * (up to 384 KiB), the plan, what became of each task, and what the checks of the whole project saw: where that is too much, `fitReportInput`
 * leaves detail out.
 */
export const PLAN_WEIGHT_LIMIT = 1_400_000;

/**
 * What is kept free for what becomes of a task, in bytes. Measured on finished projects: 195 for an attempt, 565 for a verdict, 750 for references,
 * 140 for times and state. Where tasks take many attempts, `fitReportInput` shortens what is told of them.
 */
export const TASK_RECORD_BYTES = 1_700;

/** Bytes of a plan as JSON, with room for what will become of its tasks; at most `PLAN_WEIGHT_LIMIT` in a plan that can be carried out. */
export const weighPlan = (nodes: readonly TaskNode[]): number => jsonBytes(nodes) + nodes.length * TASK_RECORD_BYTES;
