import { z } from 'zod';
import { TaskType } from '../graph/task-node.js';
import { NOTE_LIMITS, NoteOutcome } from '../ports/memory-store.js';

const line = (length: number) =>
  z
    .string()
    .max(length)
    .refine((text) => !/[\p{Cc}\u2028\u2029]/u.test(text), { error: 'expected one line without control characters' });

const id = z.string().max(NOTE_LIMITS.id);
const count = z.int().min(0);

/** A note as it is kept: what lies in a store may have been changed by anybody. */
export const memoryNoteSchema = z.strictObject({
  projectId: id,
  team: id.nullable(),
  taskId: id,
  projectName: line(NOTE_LIMITS.projectName),
  type: z.enum(TaskType),
  tags: z.array(line(NOTE_LIMITS.tag)).max(NOTE_LIMITS.tags),
  task: line(NOTE_LIMITS.task),
  outcome: z.enum(NoteOutcome),
  result: line(NOTE_LIMITS.result),
  problems: z.array(line(NOTE_LIMITS.problem)).max(NOTE_LIMITS.problems),
  start: count,
  remediation: count,
  attempt: count,
  writtenAt: z.iso.datetime(),
});
