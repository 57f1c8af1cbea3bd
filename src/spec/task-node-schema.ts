import { z } from 'zod';
import { OutputType } from '../graph/output-type.js';
import { type TaskNode, TaskType } from '../graph/task-node.js';
import { TriggerRule } from '../graph/trigger-rule.js';
import { conditionShape } from './condition-schema.js';
import { inputLimits } from './input-limits.js';
import { jsonMapping, nameText, projectPath, sentence, taskId, valueName } from './text-schemas.js';

const outputShape = z.strictObject({
  name: valueName.meta({ description: 'Unique among the outputs of the task.' }),
  type: z.enum(OutputType),
});

const inputBindingShape = z.strictObject({
  input: valueName.meta({ description: 'Name under which the task finds the value in its inputs.' }),
  task: taskId.meta({ description: 'Id of the task that hands it on.' }),
  output: valueName.meta({ description: 'Name of the output there.' }),
  type: z.enum(OutputType).exactOptional().meta({ description: 'Type that is expected; any where absent.' }),
});

/** @internal */
export const taskNodeShape = z.strictObject({
  id: taskId.meta({ description: 'Unique in the plan.' }),
  type: z.enum(TaskType).meta({ description: 'Kind of work; decides persona and rubric where the task names none.' }),
  description: sentence.meta({ description: 'What is to be done.' }),
  dependencies: z.array(taskId).max(inputLimits.listItems).default([]).meta({ description: 'Ids of the tasks whose outputs this one needs.' }),
  triggerRule: z
    .enum(TriggerRule)
    .exactOptional()
    .meta({ description: 'What must have become of its dependencies for the task to start; all-success where absent.' }),
  when: conditionShape
    .exactOptional()
    .meta({ description: 'Condition over outputs of tasks upstream that must hold besides; the task is skipped where it does not.' }),
  estimatedTokens: z
    .int()
    .min(0)
    .max(inputLimits.budgetTokens)
    .meta({ description: 'Tokens, prompts and answers together, that the task needs at most; 0 for work without a model.' }),
  estimatedMinutes: z
    .number()
    .min(0)
    .max(inputLimits.timeoutMinutes)
    .exactOptional()
    .meta({ description: 'Minutes that the task is expected to take, fractions too.' }),
  optional: z
    .boolean()
    .exactOptional()
    .meta({ description: 'Whether the project may do without the task where tokens are short; it is skipped then, and reported.' }),
  persona: nameText.exactOptional().meta({ description: 'Name of the persona; chosen by type where absent.' }),
  template: nameText.exactOptional().meta({ description: 'Name of the task template; a free-form answer of the model where absent.' }),
  inputs: jsonMapping.default({}).meta({ type: 'object', description: 'Parameters of the template.' }),
  inputsFrom: z
    .array(inputBindingShape)
    .max(inputLimits.listItems)
    .exactOptional()
    .meta({ description: 'Outputs of tasks upstream that are added to the inputs.' }),
  outputs: z.array(outputShape).max(inputLimits.listItems).exactOptional().meta({ description: 'Values that the task hands on.' }),
  reads: z
    .array(projectPath)
    .max(inputLimits.listItems)
    .exactOptional()
    .meta({ description: 'Project paths, files or folders, that must have been written upstream.' }),
  writes: z.array(projectPath).max(inputLimits.listItems).default([]).meta({ description: 'Project paths that the task writes.' }),
  successCriteria: z
    .array(sentence)
    .max(inputLimits.listItems)
    .default([])
    .meta({ description: 'Sentences that a reviewer holds the outcome against.' }),
});

/** Checks one task in its TypeScript form; dependencies, inputs, writes and success criteria are empty where absent. @public */
export const taskNodeSchema: z.ZodType<TaskNode> = taskNodeShape.describe('One task of a plan.');
