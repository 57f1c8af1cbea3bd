import type { GraphFinding } from '../graph/graph-finding.js';
import { TaskType } from '../graph/task-node.js';
import type { ProjectSpec } from './project-spec.js';
import type { TemplatePrompt } from './task-template.js';

/** Most tasks a model may plan freely. */
const MOST_TASKS = 20;

/**
 * Asks a model for a whole plan as JSON under a grammar; used where no project template fits.
 *
 * @param previous - The model's last plan as JSON text, with what was wrong with it; null for the first.
 */
export function planPrompt(
  { name, goals, constraints, context, budgetTotal }: ProjectSpec,
  previous: { readonly plan: string; readonly findings: readonly Pick<GraphFinding, 'message' | 'suggestion'>[] } | null,
): TemplatePrompt {
  const request = [
    `Project: ${name}`,
    ...goals.map((goal) => `Goal: ${goal}`),
    ...constraints.map((constraint) => `Constraint: ${constraint}`),
    context,
    `Cut it into at most ${MOST_TASKS} tasks. A task depends only on tasks listed before it. Every file is written by one task.`,
    `All estimates together stay below ${budgetTotal} tokens.`,
  ];
  const messages: TemplatePrompt['messages'] = [
    { role: 'system', text: 'You plan projects as task graphs. You answer with JSON.' },
    { role: 'user', text: request.filter((line) => line !== '').join('\n') },
  ];
  if (previous === null) return { messages, answerSchema: planSchema, maxOutputTokens: 4_096 };
  const problems = previous.findings.map(({ message, suggestion }) => `- ${message} ${suggestion}`).join('\n');
  return {
    messages: [
      ...messages,
      { role: 'assistant', text: previous.plan },
      { role: 'user', text: `That plan can't run:\n${problems}\nAnswer with the whole plan, corrected.` },
    ],
    answerSchema: planSchema,
    maxOutputTokens: 4_096,
  };
}

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });

const planSchema = {
  type: 'object',
  properties: {
    tasks: {
      type: 'array',
      minItems: 1,
      maxItems: MOST_TASKS,
      items: {
        type: 'object',
        properties: {
          id: text(40),
          type: { enum: Object.values(TaskType) },
          description: text(400),
          dependencies: { type: 'array', items: text(40), maxItems: MOST_TASKS },
          // No range: grammars can't hold a model to a wide one. The compiler and the reader of the answer check the bounds.
          estimatedTokens: { type: 'integer', minimum: 1 },
          writes: { type: 'array', minItems: 1, maxItems: 10, items: text(120) },
          successCriteria: { type: 'array', minItems: 1, maxItems: 5, items: text(200) },
        },
        required: ['id', 'type', 'description', 'dependencies', 'estimatedTokens', 'writes', 'successCriteria'],
        additionalProperties: false,
      },
    },
  },
  required: ['tasks'],
  additionalProperties: false,
} as const;
