import type { JsonValue } from '../ports/json-value.js';

/** Type of a value that one task hands to another, as JSON Schema names it. @public */
export const OutputType = {
  STRING: 'string',
  NUMBER: 'number',
  INTEGER: 'integer',
  BOOLEAN: 'boolean',
  ARRAY: 'array',
  OBJECT: 'object',
} as const;
/** @public */
export type OutputType = (typeof OutputType)[keyof typeof OutputType];

/** A value that a task hands on. @public */
export interface OutputDeclaration {
  /** Unique among the outputs of its task. */
  readonly name: string;
  readonly type: OutputType;
}

/** A value of another task that a task is given among its inputs. @public */
export interface InputBinding {
  /** Name under which the task finds it in its inputs. */
  readonly input: string;
  /** Id of the task that hands it on; must be upstream. */
  readonly task: string;
  /** Name of the output there. */
  readonly output: string;
  /** Type that is expected; any where absent. */
  readonly type?: OutputType;
}

/** Values that a task handed on, by name. @public */
export type TaskOutputs = Readonly<Record<string, JsonValue>>;
