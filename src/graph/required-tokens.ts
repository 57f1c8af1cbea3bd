import type { TaskNode } from './task-node.js';

/** What a budget must pay of a task: nothing of one that the project may do without. */
export const requiredTokens = ({ estimatedTokens, optional = false }: Pick<TaskNode, 'estimatedTokens' | 'optional'>): number =>
  optional ? 0 : estimatedTokens;
