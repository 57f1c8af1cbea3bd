import type { TaskGraphDocument } from '../graph/task-graph-document.js';
import type { TaskNode } from '../graph/task-node.js';
import type { Plan } from '../ports/planner.js';
import type { FunctionSpec, ProjectSpec } from './project-spec.js';
import type { ProjectTemplate } from './project-template.js';
import type { TemplateLibrary } from './template-library.js';

/**
 * The plan that follows from a spec and the templates alone: tasks written by hand, or listed functions that the first fitting project
 * template cuts. Null where a model must propose the functions or plan.
 *
 * @public
 */
export function planWithoutModel(spec: ProjectSpec, templates: TemplateLibrary): Plan | null {
  const template = templates.projects.find((candidate) => candidate.matches(spec)) ?? null;
  const { tasks, functions } = spec;
  if (tasks.length > 0) {
    return { graph: planGraph(spec, tasks), functions, projectTemplate: template?.name ?? null, madeBy: 'the spec', decidedByModel: [] };
  }
  if (template === null || functions.length === 0) return null;
  return {
    ...cutByTemplate(
      template,
      spec,
      functions.map((listed) => withExamples(template, spec, listed)),
    ),
    decidedByModel: [],
  };
}

/** The plan of a project template, save for what a model decided before. @internal */
export function cutByTemplate(template: ProjectTemplate, spec: ProjectSpec, functions: readonly FunctionSpec[]): Omit<Plan, 'decidedByModel'> {
  const { name, version } = template;
  return { graph: planGraph(spec, template.decompose(spec, functions)), functions, projectTemplate: name, madeBy: `template ${name}/${version}` };
}

/** Tasks under the limits of a spec. @internal */
export const planGraph = (
  { budgetTotal, timeoutMinutes, qualityThreshold, deliverables }: ProjectSpec,
  nodes: readonly TaskNode[],
): TaskGraphDocument => ({
  nodes,
  budgetTotal,
  timeoutMinutes,
  qualityThreshold,
  ...(deliverables === undefined ? {} : { deliverables }),
});

/** A function that the spec lists without examples has those that its acceptance checks imply. */
const withExamples = (template: ProjectTemplate, spec: ProjectSpec, listed: FunctionSpec): FunctionSpec =>
  listed.examples.length > 0 ? listed : { ...listed, examples: template.deriveExamples(spec, listed) };
