import { z } from 'zod';
import { type TaskNode, TaskType } from '../graph/task-node.js';
import { inputLimits } from './input-limits.js';
import { jsonMapping, nameText, projectPath, sentence, taskId } from './text-schemas.js';

/** @internal */
export const taskNodeShape = z.strictObject({
  id: taskId.meta({ description: 'Unique in the plan.' }),
  type: z.enum(TaskType).meta({ description: 'Kind of work; decides persona and rubric where the task names none.' }),
  description: sentence.meta({ description: 'What is to be done.' }),
  dependencies: z.array(taskId).max(inputLimits.listItems).default([]).meta({ description: 'Ids of the tasks whose outputs this one needs.' }),
  estimatedTokens: z
    .int()
    .min(0)
    .max(inputLimits.budgetTokens)
    .meta({ description: 'Tokens, prompts and answers together, that the task needs at most; 0 for work without a model.' }),
  persona: nameText.exactOptional().meta({ description: 'Name of the persona; chosen by type where absent.' }),
  template: nameText.exactOptional().meta({ description: 'Name of the task template; a free-form answer of the model where absent.' }),
  inputs: jsonMapping.default({}).meta({ type: 'object', description: 'Parameters of the template.' }),
  writes: z.array(projectPath).max(inputLimits.listItems).default([]).meta({ description: 'Project paths that the task writes.' }),
  successCriteria: z
    .array(sentence)
    .max(inputLimits.listItems)
    .default([])
    .meta({ description: 'Sentences that a reviewer holds the outcome against.' }),
});

/** Checks one task in its TypeScript form; dependencies, inputs, writes and success criteria are empty where absent. @public */
export const taskNodeSchema: z.ZodType<TaskNode> = taskNodeShape.describe('One task of a plan.');
