import { pythonCommandLineTemplate, pythonTaskTemplates } from '@kamachiq/python';
import { compileTaskGraph, DEFAULT_PERSONAS, findTemplateProblems, type GraphFinding, type TaskGraphDocument, TemplateLibrary } from 'kamachiq';
import { DEFAULT_PROJECT_POLICY } from 'kamachiq/workflow';

/** As a worker of this command line has them. */
export const WORKER_TEMPLATES = new TemplateLibrary({ tasks: pythonTaskTemplates, projects: [pythonCommandLineTemplate] });

/** What keeps a plan from running on a worker of this command line, compiled as by the projects that it carries out where planning cost nothing. */
export function planFindings(plan: TaskGraphDocument): readonly GraphFinding[] {
  const { reviewShare, remediationReserve } = DEFAULT_PROJECT_POLICY;
  const budgetTotal = Math.floor(plan.budgetTotal * (1 - reviewShare));
  const { findings } = compileTaskGraph(
    { ...plan, budgetTotal },
    {
      reviewShare,
      remediationReserve,
      findTemplateProblems: (task) => findTemplateProblems(WORKER_TEMPLATES, task),
      hasPersona: (name) => DEFAULT_PERSONAS.some((persona) => persona.name === name),
    },
  );
  return findings;
}
