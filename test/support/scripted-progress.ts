import type { ProjectProgress, TaskProgress } from 'kamachiq/workflow';

/** A project that has only been started. */
export const scriptedProgress = (projectId: string, rest: Partial<ProjectProgress> = {}): ProjectProgress => ({
  projectId,
  name: 'Scripted',
  phase: 'executing',
  startedAt: 1_000,
  finishedAt: null,
  budget: { total: 1_000, held: 0, spent: 0 },
  slots: 10,
  tasks: [],
  revisions: 0,
  reviews: [],
  result: null,
  ...rest,
});

/** A task of such a project: not begun, unless its times say so. */
export const scriptedTask = (id: string, startedAt: number | null = null, finishedAt: number | null = null): TaskProgress => ({
  id,
  description: id,
  dependencies: [],
  state: finishedAt !== null ? 'succeeded' : startedAt !== null ? 'running' : 'pending',
  workflowId: null,
  attempts: 0,
  tokensSpent: 0,
  score: null,
  startedAt,
  finishedAt,
});
