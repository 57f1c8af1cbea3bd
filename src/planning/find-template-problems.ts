import type { TaskNode } from '../graph/task-node.js';
import type { TemplateLibrary } from './template-library.js';

/**
 * What is wrong with a task for the templates of a library, as sentences; null for a template that it doesn't know. What other tasks hand on
 * isn't there yet while a plan is made: inputs of which some come from there are looked at when the task starts.
 *
 * @public
 */
export function findTemplateProblems(templates: TemplateLibrary, task: TaskNode): readonly string[] | null {
  const { template, inputs, inputsFrom = [], writes, outputs = [] } = task;
  if (template === undefined && writes.length === 0 && outputs.length === 0) return ['a task without a template must name the files it writes'];
  const found = templates.find(template);
  if (found === null) return null;
  return inputsFrom.length > 0 ? [] : found.findInputProblems(inputs);
}
