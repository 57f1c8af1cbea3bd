import type { GraphNode, TaskNode } from '../task-node.js';

/** Tokens that stand for a minute where a plan says nothing about time. Only ratios matter: they order what is ready. */
const TOKENS_PER_MINUTE = 1_000;

/** How long a task is expected to take, for the order in which tasks start: its estimate, else a minute for every 1,000 tokens. @public */
export const expectedMinutes = ({
  estimatedMinutes,
  estimatedTokens = 0,
}: GraphNode & Partial<Pick<TaskNode, 'estimatedMinutes' | 'estimatedTokens'>>): number =>
  estimatedMinutes ?? (estimatedTokens + 1) / TOKENS_PER_MINUTE;
