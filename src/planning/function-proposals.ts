import type { ProjectSpec } from './project-spec.js';
import type { TemplatePrompt } from './task-template.js';

/** Most functions a model may propose: more than that wants tasks written by hand. */
const MOST_FUNCTIONS = 12;

/**
 * Asks a model which functions a project needs, as JSON under a grammar; used where the spec lists none.
 *
 * @param names - Names that the spec's acceptance checks call for, which the model then describes rather than chooses; empty where there are none.
 * @param types - Types that the project template can work with.
 * @param problems - What was wrong with the last proposal.
 */
export function functionProposalPrompt(
  { name, goals, constraints, context }: ProjectSpec,
  names: readonly string[],
  types: readonly string[],
  problems: readonly string[],
): TemplatePrompt {
  const lines = [
    `Project: ${name}`,
    ...goals.map((goal) => `Goal: ${goal}`),
    ...constraints.map((constraint) => `Constraint: ${constraint}`),
    context,
    names.length === 0
      ? `List the functions this program needs, at most ${MOST_FUNCTIONS}, each small enough for a few lines.`
      : `Describe these functions, in this order: ${names.join(', ')}.`,
    'For each give its name, its parameters with types, the type it returns, and one sentence that says exactly what it returns and when it raises ValueError.',
    problems.length === 0 ? '' : `The last answer was wrong: ${problems.join('; ')}`,
  ];
  return {
    messages: [
      { role: 'system', text: 'You design small programs. You answer with JSON.' },
      { role: 'user', text: lines.filter((line) => line !== '').join('\n') },
    ],
    answerSchema: proposalSchema(names, types),
    maxOutputTokens: 120 * (names.length === 0 ? MOST_FUNCTIONS : names.length),
  };
}

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });

function proposalSchema(names: readonly string[], types: readonly string[]): Readonly<Record<string, unknown>> {
  const type = { enum: types };
  const functionSchema = {
    type: 'object',
    properties: {
      name: names.length === 0 ? text(40) : { enum: names },
      parameters: {
        type: 'array',
        minItems: 1,
        maxItems: 4,
        items: { type: 'object', properties: { name: text(20), type }, required: ['name', 'type'], additionalProperties: false },
      },
      returns: type,
      sentence: text(200),
    },
    required: ['name', 'parameters', 'returns', 'sentence'],
    additionalProperties: false,
  };
  const [minItems, maxItems] = names.length === 0 ? [1, MOST_FUNCTIONS] : [names.length, names.length];
  return {
    type: 'object',
    properties: { functions: { type: 'array', minItems, maxItems, items: functionSchema } },
    required: ['functions'],
    additionalProperties: false,
  };
}
