import { planPrompt } from '../planning/plan-prompt.js';
import { cutByTemplate, planGraph, planWithoutModel } from '../planning/plan-without-model.js';
import type { FunctionSpec } from '../planning/project-spec.js';
import type { ProjectTemplate } from '../planning/project-template.js';
import type { Plan, PlanContext, Planner, PlanRequest } from '../ports/planner.js';
import { displayText } from '../report/display-text.js';
import { parsePlanAnswer } from '../spec/parse-plan-answer.js';
import { drawAnswer, type Failure } from './draw-answer.js';
import { proposeFunctions } from './propose-functions.js';
import { requireExecutable } from './require-executable.js';

/**
 * Plans with the least a model must decide: tasks written by hand are taken as they are; a project template that fits cuts the project into
 * its functions, which the model proposes where the spec lists none; only what no template fits is planned freely by the model.
 *
 * What a model answers is parsed, checked, and sent back with everything that was wrong.
 *
 * @public
 */
export class DefaultPlanner implements Planner {
  readonly specificationVersion = 1;
  readonly id = 'default-planner/1';

  async doPlan(request: PlanRequest, context: PlanContext): Promise<Plan> {
    const { spec } = request;
    const settled = planWithoutModel(spec, context.templates);
    if (settled !== null) return settled;
    const template = context.templates.projects.find((candidate) => candidate.matches(spec)) ?? null;
    if (template !== null) return this.#planByTemplate(template, request, context);
    // No plan of a model mends that: it need not be asked.
    requireExecutable({ spec, functions: spec.functions, template, templates: context.templates });
    return this.#planFreely(request, context);
  }

  async #planByTemplate(template: ProjectTemplate, request: PlanRequest, context: PlanContext): Promise<Plan> {
    const functions = await proposeFunctions(template, request, context);
    return {
      ...cutByTemplate(template, request.spec, functions),
      decidedByModel: functions.map((proposal) => displayText(`function ${signature(proposal)}: ${proposal.sentence}`)),
    };
  }

  async #planFreely(request: PlanRequest, context: PlanContext): Promise<Plan> {
    const { spec, findings, previous } = request;
    const last = previous === null ? null : { plan: JSON.stringify({ tasks: previous.nodes }), findings };
    const nodes = await drawAnswer(
      request,
      context,
      (failure) => planPrompt(spec, failure === null ? last : asFindings(failure)),
      (text) => {
        const parsed = parsePlanAnswer(text);
        return parsed.ok ? { value: parsed.nodes } : parsed;
      },
    );
    return {
      graph: planGraph(spec, nodes),
      functions: spec.functions,
      projectTemplate: null,
      madeBy: `model ${context.model.id}`,
      decidedByModel: nodes.map(({ id, description }) => displayText(`task ${id}: ${description}`)),
    };
  }
}

const signature = ({ name, parameters, returns }: FunctionSpec) =>
  `${name}(${parameters.map((parameter) => `${parameter.name}: ${parameter.type}`).join(', ')}) -> ${returns}`;

const asFindings = ({ answer, problems }: Failure) => ({
  plan: answer,
  findings: problems.map((message) => ({ message, suggestion: '' })),
});
