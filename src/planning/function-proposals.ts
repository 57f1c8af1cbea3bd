import type { FittingTypes } from './fitting-types.js';
import type { AcceptanceCheck, ProjectSpec } from './project-spec.js';
import type { TemplatePrompt } from './task-template.js';

/** Most functions a model may propose: more than that wants tasks written by hand. */
const MOST_FUNCTIONS = 12;

/** Most acceptance checks shown for one function: the others stay unseen until they judge what was made. */
const SHOWN_CHECKS = 2;

/** Tokens that one function takes: small models take 30 to 50 for it. */
const TOKENS_PER_FUNCTION = 160;

/**
 * What a proposal looks like, with one parameter and with two: small models copy the names of parameters, and two of the same name are none. The
 * functions are ones that hardly any project wants.
 */
const SAMPLES = [
  {
    request: 'Describe the function largest_number.\nlargest-number 3 9 4 prints 9',
    name: 'largest_number',
    answer: '"sentence": "Return the largest of the given numbers.", "parameters": [{"name": "given", "type": "list[int]"}], "returns": "int"}]}',
  },
  {
    request: 'Describe the function is_divisible.\nis-divisible 9 3 prints True',
    name: 'is_divisible',
    answer:
      '"sentence": "Return whether the first number can be divided by the second without a rest.", "parameters": [{"name": "first", "type": "int"}, {"name": "second", "type": "int"}], "returns": "bool"}]}',
  },
] as const;

/**
 * Asks a model to describe one function that the acceptance checks call for: a sentence, parameters, a result. One at a time, with a sample and
 * the beginning of the answer: a model of 135 million parameters describes nearly every function so, and hardly any from a list of requirements.
 *
 * @param checks - Acceptance checks that run the function's command.
 * @param types - Types that fit these checks; null where they tell nothing.
 * @param problems - What was wrong with the last proposal.
 */
export function functionDescriptionPrompt(
  name: string,
  {
    checks,
    types,
    allTypes,
    problems,
  }: {
    readonly checks: readonly AcceptanceCheck[];
    readonly types: FittingTypes | null;
    readonly allTypes: readonly string[];
    readonly problems: readonly string[];
  },
): TemplatePrompt {
  const sample = SAMPLES[(types?.parameters.length ?? 0) < 2 ? 0 : 1];
  const request = [
    `Describe the function ${name}.`,
    ...checks.slice(0, SHOWN_CHECKS).map(describeCheck),
    ...(problems.length === 0 ? [] : [`The last answer was wrong: ${problems.join('; ')}`]),
  ];
  const parameters =
    types === null
      ? listOf(parameterSchema(allTypes), 1, 4)
      : { type: 'array', prefixItems: types.parameters.map(parameterSchema), minItems: types.parameters.length, maxItems: types.parameters.length };
  const functionSchema = closed({ name: { enum: [name] }, sentence: text(200), parameters, returns: { enum: types?.returns ?? allTypes } });
  return {
    messages: [
      { role: 'user', text: sample.request },
      { role: 'assistant', text: `${beginning(sample.name)}${sample.answer}` },
      { role: 'user', text: request.join('\n') },
    ],
    answerPrefix: `${beginning(name)}"sentence": "Return`,
    answerSchema: closed({ functions: listOf(functionSchema, 1, 1) }),
    maxOutputTokens: TOKENS_PER_FUNCTION,
  };
}

const beginning = (name: string) => `{"functions": [{"name": ${JSON.stringify(name)}, `;

function describeCheck({ run, exitCode, stdout }: AcceptanceCheck): string {
  const command = run.map((word) => (/^[\w.+-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
  return `${command} ${exitCode === 0 ? `prints ${stdout ?? 'something'}` : 'fails'}`;
}

/**
 * Asks a model which functions a project needs, as JSON under a grammar; used where neither the spec nor its acceptance checks name any.
 *
 * @param types - Types that the project template can work with.
 * @param problems - What was wrong with the last proposal.
 */
export function functionProposalPrompt(
  { name, goals, constraints, context }: ProjectSpec,
  types: readonly string[],
  problems: readonly string[],
): TemplatePrompt {
  const lines = [
    `Project: ${name}`,
    ...goals.map((goal) => `Goal: ${goal}`),
    ...constraints.map((constraint) => `Constraint: ${constraint}`),
    context,
    `List the functions this program needs, at most ${MOST_FUNCTIONS}, each small enough for a few lines.`,
    'For each give its name, one sentence that says exactly what it returns and when it raises ValueError, its parameters with types, and the type it returns.',
    problems.length === 0 ? '' : `The last answer was wrong: ${problems.join('; ')}`,
  ];
  const functionSchema = closed({ name: text(40), sentence: text(200), parameters: listOf(parameterSchema(types), 1, 4), returns: { enum: types } });
  return {
    messages: [
      { role: 'system', text: 'You design small programs. You answer with JSON.' },
      { role: 'user', text: lines.filter((line) => line !== '').join('\n') },
    ],
    answerSchema: closed({ functions: listOf(functionSchema, 1, MOST_FUNCTIONS) }),
    maxOutputTokens: TOKENS_PER_FUNCTION * MOST_FUNCTIONS,
  };
}

type Schema = Readonly<Record<string, unknown>>;

const text = (maxLength: number): Schema => ({ type: 'string', minLength: 1, maxLength });

const listOf = (items: Schema, minItems: number, maxItems: number): Schema => ({ type: 'array', minItems, maxItems, items });

const closed = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

const parameterSchema = (types: readonly string[]): Schema => closed({ name: text(20), type: { enum: types } });
