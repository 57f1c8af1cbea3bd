import type { ProjectSpec, TaskNode } from 'kamachiq';
import type { AgentTaskInput } from 'kamachiq/workflow';
import { type Family, type GeneratedNode, generateTaskGraph } from './task-graph-families.js';

/** Agents at work at once, ours and the floor's. */
export const IN_FLIGHT = 10;

/** Name of the template that the tasks have. */
export const PLAIN_FILE = 'plain-file';

const SEED = 1;

/** Which tasks are carried out. */
export interface TaskSet {
  readonly count: number;
  /** Of the file that the first task makes and all others are given; where absent, tasks make a short file each. */
  readonly characters?: number;
  /** Of what they depend on; where absent, on nothing but the task that makes such a file. */
  readonly family?: Family;
}

const tasksOf = (set: TaskSet): readonly TaskNode[] => {
  const { count, characters, family } = set;
  if (family !== undefined) return graphTasksOf({ count, family }).map((node, index) => ({ ...taskOf(index + 1), ...node }));
  return Array.from({ length: count }, (_, index) => {
    if (characters === undefined) return taskOf(index + 1);
    return index === 0 ? { ...taskOf(1), inputs: { characters } } : { ...taskOf(index + 1), dependencies: [taskOf(1).id] };
  });
};

/** Ids and dependencies of tasks of a family: what others than us are given of them. */
export const graphTasksOf = ({ count, family }: Required<Pick<TaskSet, 'count' | 'family'>>): readonly GeneratedNode[] =>
  generateTaskGraph(family, count, SEED);

const taskOf = (number: number): TaskNode => ({
  id: `task-${number}`,
  type: 'design',
  description: `Write the short file number ${number} of this project.`,
  dependencies: [],
  estimatedTokens: 100,
  template: PLAIN_FILE,
  inputs: {},
  writes: [`files/${number}.txt`],
  successCriteria: [`File ${number} is there`],
});

/** A project with tokens and time for all its tasks, which its context names. */
export const projectOf = (set: TaskSet): ProjectSpec => ({
  name: 'Orchestration',
  goals: ['All files are there'],
  constraints: [],
  context: JSON.stringify(set),
  language: 'text',
  packageName: 'orchestration',
  budgetTotal: 1_000 * set.count,
  timeoutMinutes: 1_000,
  qualityThreshold: 0.8,
  functions: [],
  acceptance: [],
  tasks: [],
});

/** The plan of such a project. */
export const graphOf = ({ context, budgetTotal, timeoutMinutes, qualityThreshold }: ProjectSpec) => ({
  nodes: tasksOf(JSON.parse(context) as TaskSet),
  budgetTotal,
  timeoutMinutes,
  qualityThreshold,
});

/** The same tasks as our project gives them to its children. */
export const taskInputsOf = (projectId: string, set: TaskSet): readonly AgentTaskInput[] =>
  tasksOf(set).map((task) => ({
    projectId,
    plan: { sha256: '2'.repeat(64), bytes: 1_234, mediaType: 'application/json' },
    seed: 0,
    threshold: 0.8,
    reviewTimeoutMinutes: 1_440,
    task,
    upstream: [],
    holdTokens: 100,
  }));
