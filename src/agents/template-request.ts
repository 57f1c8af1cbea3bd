import type { TemplateRequest } from '../planning/task-template.js';
import type { AgentRequest } from '../ports/agent-runner.js';

/** A task as its template works on it: with the files as they are. */
export const templateRequestOf = ({ task, instructions, feedback, notes = [], files }: AgentRequest): TemplateRequest => ({
  description: task.description,
  inputs: task.inputs,
  outputs: task.outputs ?? [],
  successCriteria: task.successCriteria,
  writes: task.writes,
  instructions,
  feedback,
  notes,
  files,
});

/** A task as a model is shown it: with the files cut to the room that a prompt has. */
export const promptRequestOf = (request: AgentRequest): TemplateRequest =>
  templateRequestOf({ ...request, files: request.shownFiles ?? request.files });
