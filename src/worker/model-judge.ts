import { deriveSeed } from '../agents/derive-seed.js';
import type { MeteredModel } from '../agents/metered-model.js';
import { BudgetExceededError } from '../errors/budget-exceeded-error.js';
import type { TaskOutputs } from '../graph/output-type.js';
import type { TaskNode } from '../graph/task-node.js';
import type { ProjectSpec } from '../planning/project-spec.js';
import type { CancellationSignal, ModelRequest } from '../ports/language-model.js';
import type { SourceFile } from '../ports/source-file.js';
import type { Criterion, CriterionScore } from '../quality/quality-rubric.js';
import { judgementSchema } from '../spec/judgement-schema.js';
import { parseModelJson } from '../spec/parse-model-json.js';

/** Characters of each file that a judge is shown. */
const SHOWN_CHARACTERS = 4_000;

/** What a judge is asked about each criterion. */
const QUESTIONS: { readonly [Name in Criterion]: string } = {
  completeness: 'Is everything there that was asked for?',
  correctness: 'Is what is there right?',
  style: 'Is it clear, consistent and free of clutter?',
  documentation: 'Could somebody else understand and use it?',
};

/**
 * Scores a criterion by asking the model, where no instrument could measure it.
 *
 * @returns null when its tokens don't suffice or the answer can't be read: an opinion that was not given is not a low score.
 */
export async function judgeByModel(options: {
  readonly criterion: Criterion;
  readonly task: TaskNode | null;
  /** What the task hands on; undefined where that is nothing. */
  readonly outputs: TaskOutputs | undefined;
  readonly spec: ProjectSpec;
  readonly files: readonly SourceFile[];
  readonly model: MeteredModel;
  readonly seed: number;
  readonly signal: CancellationSignal;
  /** Told of every request, made or not. */
  readonly onAsked: (request: ModelRequest) => void;
  /** Told where the call was not made for want of tokens or money. */
  readonly onShort: (error: BudgetExceededError) => void;
}): Promise<CriterionScore | null> {
  const { criterion, task, outputs, spec, files, model, seed, signal, onAsked, onShort } = options;
  const asked = task === null ? spec.goals : [task.description, ...task.successCriteria];
  const text = [
    `Asked for:\n${asked.map((line) => `- ${line}`).join('\n')}`,
    ...files.map(({ path, text: content }) => `File ${path}:\n${content.slice(0, SHOWN_CHARACTERS)}`),
    ...(outputs === undefined ? [] : [`Handed on:\n${JSON.stringify(outputs).slice(0, SHOWN_CHARACTERS)}`]),
    `${QUESTIONS[criterion]} Answer with a score from 0 (not at all) to 10 (fully) and one sentence that says what is missing or wrong.`,
  ].join('\n\n');
  const request = {
    messages: [
      { role: 'system', text: 'You review work strictly. You answer with JSON.' },
      { role: 'user', text },
    ],
    answerSchema: ANSWER_SCHEMA,
    maxOutputTokens: 120,
    temperature: 0,
    seed: deriveSeed(seed, task?.id ?? 'project', 'judge', criterion),
  } as const;
  onAsked(request);
  try {
    const parsed = parseModelJson((await model.generate(request, signal, 40)).text, judgementSchema);
    if (!parsed.ok) return null;
    return { criterion, score: parsed.value.score / 10, measuredBy: model.id, evidence: [parsed.value.reason] };
  } catch (error) {
    if (!(error instanceof BudgetExceededError)) throw error;
    onShort(error);
    return null;
  }
}

const ANSWER_SCHEMA = {
  type: 'object',
  properties: { score: { type: 'integer', minimum: 0, maximum: 10 }, reason: { type: 'string', minLength: 1, maxLength: 300 } },
  required: ['score', 'reason'],
  additionalProperties: false,
} as const;
