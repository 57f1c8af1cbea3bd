import type { InputFinding } from '../errors/input-finding.js';
import { checksOf, findFittingTypes } from '../planning/fitting-types.js';
import { functionDescriptionPrompt, functionProposalPrompt } from '../planning/function-proposals.js';
import type { FunctionSpec } from '../planning/project-spec.js';
import type { ProjectTemplate } from '../planning/project-template.js';
import type { PlanContext, PlanRequest } from '../ports/planner.js';
import { parseFunctionProposals } from '../spec/parse-function-proposals.js';
import { drawAnswer } from './draw-answer.js';

/**
 * The functions that a model proposes, with the examples that the spec's acceptance checks imply for them. Where the checks call for functions by
 * name, the model describes these one by one; else it decides which there are.
 *
 * @throws PlanningError, ModelCallError
 */
export async function proposeFunctions(template: ProjectTemplate, request: PlanRequest, context: PlanContext): Promise<readonly FunctionSpec[]> {
  const names = template.functionNames(request.spec);
  if (names.length === 0) return listFunctions(template, request, context);
  const functions: FunctionSpec[] = [];
  for (const name of names) functions.push(await describeFunction(name, template, request, context));
  return functions;
}

async function describeFunction(name: string, template: ProjectTemplate, request: PlanRequest, context: PlanContext): Promise<FunctionSpec> {
  const { spec, findings } = request;
  const checks = checksOf(template, spec, name);
  const types = findFittingTypes(template, spec, name);
  const repairs = findings.map(({ message }) => message).filter((message) => message.includes(name));
  return drawAnswer(
    request,
    context,
    (failure) => functionDescriptionPrompt(name, { checks, types, allTypes: template.types, problems: failure?.problems ?? repairs }),
    (text) => {
      const parsed = parseFunctionProposals(text, { types: template.types, language: spec.language });
      if (!parsed.ok) return parsed;
      const proposal = parsed.functions.find((candidate) => candidate.name === name);
      if (proposal === undefined) return { findings: [missing(`the function ${name}`, 'none of that name')] };
      if (proposal.parameters.some((parameter) => parameter.name === name)) {
        return { findings: [{ code: 'answer.invalid-name', path: 'parameters', expected: 'names other than the function\u2019s', got: name }] };
      }
      const examples = template.deriveExamples(spec, proposal);
      if (types !== null && examples.length === 0) return { findings: [missing(`parameters that fit ${checks[0]?.run.join(' ')}`, 'others')] };
      return { value: { ...proposal, examples } };
    },
    name,
  );
}

async function listFunctions(template: ProjectTemplate, request: PlanRequest, context: PlanContext): Promise<readonly FunctionSpec[]> {
  const { spec, findings } = request;
  const repairs = findings.map(({ message }) => message);
  return drawAnswer(
    request,
    context,
    (failure) => functionProposalPrompt(spec, template.types, failure?.problems ?? repairs),
    (text) => {
      const parsed = parseFunctionProposals(text, { types: template.types, language: spec.language });
      if (!parsed.ok) return parsed;
      return { value: parsed.functions.map((proposal) => ({ ...proposal, examples: template.deriveExamples(spec, proposal) })) };
    },
  );
}

const missing = (expected: string, got: string): InputFinding => ({ code: 'answer.missing', path: 'functions', expected, got });
