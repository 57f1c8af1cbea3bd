import { choosePersona, type Persona } from '../../agents/persona.js';
import { expectedMinutes } from '../../graph/run/expected-minutes.js';
import type { TaskNode } from '../../graph/task-node.js';
import type { SampledTaskTemplate } from '../task-template.js';
import type { TemplateLibrary } from '../template-library.js';
import type { TaskKind, TaskOutline } from './task-observation.js';

const MILLISECONDS_PER_MINUTE = 60_000;

/**
 * What an estimate needs to know of a task of a plan.
 *
 * @param personas - As for `choosePersona`.
 * @param model - Id of the model that is to work.
 * @public
 */
export const outlineTask = (node: TaskNode, templates: TemplateLibrary, personas: readonly Persona[], model: string): TaskOutline => ({
  ...kindOfTask(node, templates, model),
  persona: choosePersona(personas, node)?.name ?? 'none',
  characters: promptCharacters(node, templates),
  plannedTokens: node.estimatedTokens,
  plannedMilliseconds: expectedMinutes(node) * MILLISECONDS_PER_MINUTE,
});

/** A task's template, and the model that works by it. */
export function kindOfTask({ template: name }: TaskNode, templates: TemplateLibrary, model: string): Omit<TaskKind, 'persona'> {
  const template = templates.find(name);
  return {
    template: template === null ? `${name}/unknown` : `${template.name}/${template.version}`,
    model: template?.kind === 'rendered' ? 'none' : model,
  };
}

/**
 * Characters of a task's first prompt without what is the same for the whole project; of what the plan says of the task where its prompt rests on what
 * others will hand on, or where it has none.
 */
export function promptCharacters(node: TaskNode, templates: TemplateLibrary): number {
  const template = templates.find(node.template);
  const prompt = template?.kind === 'sampled' ? firstPrompt(template, node) : null;
  const { description, inputs, outputs = [], writes, successCriteria } = node;
  return (prompt ?? JSON.stringify([description, inputs, outputs, writes, successCriteria])).length;
}

function firstPrompt(template: SampledTaskTemplate, { description, inputs, outputs = [], writes, successCriteria }: TaskNode): string | null {
  const request = { description, inputs, outputs, writes, successCriteria, instructions: '', feedback: [], files: [] };
  try {
    const { messages, answerPrefix = '' } = template.prompt(request, null);
    return messages.map(({ text }) => text).join('') + answerPrefix;
  } catch {
    // A host's template need not bear inputs that are not complete yet.
    return null;
  }
}
