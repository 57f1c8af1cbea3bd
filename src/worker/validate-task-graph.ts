import { compileTaskGraph } from '../graph/compile-task-graph.js';
import type { ValidateTaskGraphInput, ValidateTaskGraphResult } from '../workflow/activity-types.js';
import type { ActivityEnvironment } from './activity-environment.js';

/** The activity `kamachiq.validateTaskGraph`. */
export async function validateTaskGraph(
  { templates, personas }: ActivityEnvironment,
  { graph, availableTokens }: ValidateTaskGraphInput,
): Promise<ValidateTaskGraphResult> {
  const { findings } = compileTaskGraph(
    { ...graph, budgetTotal: availableTokens },
    {
      findTemplateProblems: ({ template, inputs, writes }) =>
        template === undefined && writes.length === 0
          ? ['a task without a template must name the files it writes']
          : (templates.find(template)?.findInputProblems(inputs) ?? null),
      hasPersona: (name) => personas.some((persona) => persona.name === name),
    },
  );
  return { findings };
}
