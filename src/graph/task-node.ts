import type { JsonValue } from '../ports/json-value.js';

/** What kind of work a task is; decides persona and rubric where the task names none. @public */
export const TaskType = { CODE: 'code', DESIGN: 'design', REVIEW: 'review', TEST: 'test' } as const;
/** @public */
export type TaskType = (typeof TaskType)[keyof typeof TaskType];

/** A node of the task graph: one piece of work for one agent. Plain JSON. @public */
export interface TaskNode {
  /** Any string, unique in its graph. */
  readonly id: string;
  readonly type: TaskType;
  /** What is to be done, for the agent and for people. */
  readonly description: string;
  /** Ids of the tasks whose outputs this one needs. */
  readonly dependencies: readonly string[];
  /** Tokens, prompts and answers together, that the task is expected to need at most; 0 for work without a model. */
  readonly estimatedTokens: number;
  /** Name of the persona; chosen by type where absent. */
  readonly persona?: string;
  /** Name of the task template that carries the task out; a free-form answer of the model where absent. */
  readonly template?: string;
  /** Parameters of the template; what they mean is the template's. */
  readonly inputs: Readonly<Record<string, JsonValue>>;
  /** Project paths the task writes. */
  readonly writes: readonly string[];
  /** Sentences that a reviewer holds the outcome against. */
  readonly successCriteria: readonly string[];
}
