import type { ProjectSpec, TaskNode } from 'kamachiq';

/** A spec with tasks written by hand; everything else as a user would leave it. */
export const specWithTasks = (tasks: readonly TaskNode[], rest: Partial<ProjectSpec> = {}): ProjectSpec => ({
  name: 'Test project',
  goals: ['Documents that say what they should'],
  constraints: [],
  context: '',
  language: 'text',
  packageName: 'test_project',
  budgetTotal: 100_000,
  timeoutMinutes: 15,
  qualityThreshold: 0.8,
  functions: [],
  acceptance: [],
  tasks,
  ...rest,
});

/** A document task: free-form, one file named after it. */
export const documentTask = (id: string, dependencies: readonly string[] = [], rest: Partial<TaskNode> = {}): TaskNode => ({
  id,
  type: 'design',
  description: `Write ${id}`,
  dependencies,
  estimatedTokens: 4_000,
  inputs: {},
  writes: [`${id}.md`],
  successCriteria: [`${id} is written`],
  ...rest,
});
