import type { ConditionalNode, TaskNode } from './task-node.js';

/**
 * What of a task decides when it starts and what it may spend, with the first words of its description. A whole task is one too; where the rest is left
 * out, it is in the plan in the store.
 *
 * @public
 */
export type AbridgedTask = Pick<TaskNode, keyof ConditionalNode | 'type' | 'description' | 'estimatedTokens'> & Partial<TaskNode>;

/** Characters of the descriptions of all tasks together, and the least and the most of one. */
const ALL_DESCRIPTIONS = 100_000;
const [LEAST_CHARACTERS, MOST_CHARACTERS] = [60, 1_000] as const;

/** Abridges tasks. @param planned - How many the plan has: the more, the less is said of each. */
export function abridgeTasks(tasks: readonly TaskNode[], planned: number): readonly AbridgedTask[] {
  const most = Math.min(MOST_CHARACTERS, Math.max(LEAST_CHARACTERS, Math.floor(ALL_DESCRIPTIONS / planned)));
  return tasks.map(({ persona, template, inputs, outputs, reads, writes, successCriteria, ...kept }) => {
    const { description } = kept;
    return { ...kept, description: description.length > most ? `${description.slice(0, most - 1).toWellFormed()}…` : description };
  });
}

/** Whether nothing of a task was left out. */
export const isWhole = (task: AbridgedTask): task is TaskNode => task.inputs !== undefined;
