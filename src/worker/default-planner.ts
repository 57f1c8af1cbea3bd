import { deriveSeed } from '../agents/derive-seed.js';
import { BudgetExceededError } from '../errors/budget-exceeded-error.js';
import type { InputFinding } from '../errors/input-finding.js';
import { describeFinding } from '../errors/invalid-input-error.js';
import { PlanningError } from '../errors/planning-error.js';
import type { TaskNode } from '../graph/task-node.js';
import { functionProposalPrompt } from '../planning/function-proposals.js';
import { planPrompt } from '../planning/plan-prompt.js';
import type { FunctionSpec, ProjectSpec } from '../planning/project-spec.js';
import type { ProjectTemplate } from '../planning/project-template.js';
import type { TemplatePrompt } from '../planning/task-template.js';
import type { Plan, PlanContext, Planner, PlanRequest } from '../ports/planner.js';
import { parseFunctionProposals } from '../spec/parse-function-proposals.js';
import { parsePlanAnswer } from '../spec/parse-plan-answer.js';

/** Answers drawn before planning gives up, as long as the tokens last. */
const ANSWERS = 6;

/** Temperature of every answer after the first. */
const TEMPERATURE = 0.8;

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
    const template = context.templates.projects.find((candidate) => candidate.matches(spec)) ?? null;
    if (spec.tasks.length > 0) {
      const projectTemplate = template?.name ?? null;
      return { graph: graphOf(spec, spec.tasks), functions: spec.functions, projectTemplate, madeBy: 'the spec', decidedByModel: [] };
    }
    return template === null ? this.#planFreely(request, context) : this.#planByTemplate(template, request, context);
  }

  async #planByTemplate(template: ProjectTemplate, request: PlanRequest, context: PlanContext): Promise<Plan> {
    const { spec } = request;
    const proposed = spec.functions.length > 0 ? null : await proposeFunctions(template, request, context);
    const functions = proposed ?? spec.functions;
    return {
      graph: graphOf(spec, template.decompose(spec, functions)),
      functions,
      projectTemplate: template.name,
      madeBy: `template ${template.name}/${template.version}`,
      decidedByModel: (proposed ?? []).map((proposal) => `function ${signature(proposal)}: ${proposal.sentence}`),
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
      graph: graphOf(spec, nodes),
      functions: spec.functions,
      projectTemplate: null,
      madeBy: `model ${context.model.id}`,
      decidedByModel: nodes.map(({ id, description }) => `task ${id}: ${description}`),
    };
  }
}

const graphOf = ({ budgetTotal, timeoutMinutes, qualityThreshold }: ProjectSpec, nodes: readonly TaskNode[]) => ({
  nodes,
  budgetTotal,
  timeoutMinutes,
  qualityThreshold,
});

const signature = ({ name, parameters, returns }: FunctionSpec) =>
  `${name}(${parameters.map((parameter) => `${parameter.name}: ${parameter.type}`).join(', ')}) -> ${returns}`;

/** The functions a model proposes, with the examples that the spec's acceptance checks imply for them. */
async function proposeFunctions(template: ProjectTemplate, request: PlanRequest, context: PlanContext): Promise<readonly FunctionSpec[]> {
  const { spec, findings } = request;
  const names = template.functionNames(spec);
  const repairs = findings.map(({ message }) => message);
  return drawAnswer(
    request,
    context,
    (failure) => functionProposalPrompt(spec, names, template.types, failure?.problems ?? repairs),
    (text) => {
      const parsed = parseFunctionProposals(text, { types: template.types, language: spec.language });
      if (!parsed.ok) return parsed;
      const functions = parsed.functions.map((proposal) => ({ ...proposal, examples: template.deriveExamples(spec, proposal) }));
      const missing = names.filter((name) => !functions.some((proposal) => proposal.name === name));
      if (missing.length > 0)
        return { findings: [{ code: 'answer.missing', path: 'functions', expected: `also ${missing.join(', ')}`, got: 'none of that name' }] };
      return { value: functions };
    },
  );
}

interface Failure {
  readonly answer: string;
  readonly problems: readonly string[];
}

/** Draws answers until one can be used: the first at temperature 0, each later one told what was wrong with the last. */
async function drawAnswer<Value>(
  { seed, repair }: PlanRequest,
  { model, signal }: PlanContext,
  prompt: (failure: Failure | null) => TemplatePrompt,
  read: (text: string) => { readonly value: Value } | { readonly findings: readonly InputFinding[] },
): Promise<Value> {
  let failure: Failure | null = null;
  for (let answer = 0; answer < ANSWERS; answer += 1) {
    const temperature = answer === 0 && repair === 0 ? 0 : TEMPERATURE;
    let text: string;
    try {
      ({ text } = await model.generate(
        { ...prompt(failure), temperature, seed: deriveSeed(seed, 'planning', repair, answer) },
        signal,
        SMALLEST_PLAN,
      ));
    } catch (error) {
      if (!(error instanceof BudgetExceededError)) throw error;
      throw new PlanningError('The tokens for planning were spent without a usable answer', failure?.problems ?? [error.message]);
    }
    const outcome = read(text);
    if ('value' in outcome) return outcome.value;
    failure = { answer: text, problems: outcome.findings.slice(0, 10).map(describeFinding) };
  }
  throw new PlanningError(`None of ${ANSWERS} answers was a usable plan`, failure?.problems ?? []);
}

const asFindings = ({ answer, problems }: Failure) => ({
  plan: answer,
  findings: problems.map((message) => ({ message, suggestion: '' })),
});

/** Tokens of output below which no plan fits. */
const SMALLEST_PLAN = 64;
