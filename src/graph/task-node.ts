import type { JsonValue } from '../ports/json-value.js';
import type { Condition } from './condition.js';
import type { InputBinding, OutputDeclaration } from './output-type.js';
import type { TriggerRule } from './trigger-rule.js';

/** What kind of work a task is; decides persona and rubric where the task names none. @public */
export const TaskType = { CODE: 'code', DESIGN: 'design', REVIEW: 'review', TEST: 'test' } as const;
/** @public */
export type TaskType = (typeof TaskType)[keyof typeof TaskType];

/** A node as far as order goes. @public */
export interface GraphNode {
  /** Any string, unique in its graph. */
  readonly id: string;
  /** Ids of the nodes that come before this one. */
  readonly dependencies: readonly string[];
}

/** A node as far as its start goes. @public */
export interface ConditionalNode extends GraphNode {
  /** What must have become of its dependencies for it to start. @defaultValue `all-success` */
  readonly triggerRule?: TriggerRule;
  /** What must hold besides, looked at when the trigger rule lets it start: where it doesn't, the task is skipped. */
  readonly when?: Condition;
}

/** A node of the task graph: one piece of work for one agent. Plain JSON. @public */
export interface TaskNode extends ConditionalNode {
  readonly type: TaskType;
  /** What is to be done, for the agent and for people. */
  readonly description: string;
  /** Tokens, prompts and answers together, that the task is expected to need at most; 0 for work without a model. */
  readonly estimatedTokens: number;
  /** Minutes that the task is expected to take; may be a fraction. Decides what is urgent and whether the deadline can be met. */
  readonly estimatedMinutes?: number;
  /** Whether the project may do without it where tokens are short; it is skipped then. @defaultValue false */
  readonly optional?: boolean;
  /** Name of the persona; chosen by type where absent. */
  readonly persona?: string;
  /** Name of the task template that carries the task out; a free-form answer of the model where absent. */
  readonly template?: string;
  /** Parameters of the template; what they mean is the template's. */
  readonly inputs: Readonly<Record<string, JsonValue>>;
  /** Values of tasks upstream that are added to the inputs when the task starts. */
  readonly inputsFrom?: readonly InputBinding[];
  /** Values that the task hands on. */
  readonly outputs?: readonly OutputDeclaration[];
  /** Project paths, files or folders, that must have been written upstream. */
  readonly reads?: readonly string[];
  /** Project paths the task writes. */
  readonly writes: readonly string[];
  /** Sentences that a reviewer holds the outcome against. */
  readonly successCriteria: readonly string[];
}
