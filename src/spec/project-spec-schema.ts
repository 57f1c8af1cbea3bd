import { z } from 'zod';
import type { ProjectSpec } from '../planning/project-spec.js';
import { jsonBytes } from '../ports/json-bytes.js';
import { findFunctionProblems } from './find-function-problems.js';
import { findPlanProblems } from './find-plan-problems.js';
import { functionSpecShape } from './function-spec-schema.js';
import { inputLimits } from './input-limits.js';
import type { InputProblem } from './input-problem.js';
import { makePackageName } from './package-name.js';
import { showCount } from './show-input.js';
import { taskNodeShape } from './task-node-schema.js';
import { freeText, identifier, nameText, projectPath, sentence } from './text-schemas.js';

const acceptanceCheckShape = z.strictObject({
  run: z.array(freeText).max(inputLimits.listItems).meta({ description: 'Arguments given to the program.' }),
  stdin: freeText.exactOptional().meta({ description: 'What the program reads from standard input.' }),
  exitCode: z.int().min(0).max(255).default(0),
  stdout: freeText.exactOptional().meta({ description: 'Exact standard output, trailing white space aside.' }),
  stderrContains: freeText.exactOptional().meta({ description: 'A text that standard error must contain.' }),
});

/** @internal */
export const budgetTotalShape = z.int().min(1).max(inputLimits.budgetTokens).meta({ description: 'Tokens the project may spend in all.' });

const budgetDollarsShape = z
  .number()
  .min(0.000001)
  .max(inputLimits.budgetDollars)
  .meta({ description: 'Dollars that the project may spend in all, counted in millionths; without limit where absent.' });

/** @internal */
export const timeoutMinutesShape = z.number().positive().max(inputLimits.timeoutMinutes);

/** @internal */
export const qualityThresholdShape = z.number().min(0).max(1);

/** @internal */
export const projectSpecShape = z.strictObject({
  name: nameText.meta({ description: 'What the project is called.' }),
  goals: z.array(sentence).min(1).max(inputLimits.listItems).meta({ description: 'Sentences that must be true at the end.' }),
  constraints: z.array(sentence).max(inputLimits.listItems).default([]).meta({ description: 'Sentences that bind how the work is done.' }),
  context: freeText.default('').meta({ description: 'Whatever else an agent should know.' }),
  language: z
    .string()
    .refine((text) => /^[a-z][a-z0-9+#.-]{0,29}$/.test(text), {
      error: 'expected the name of a language in lower case',
      params: { kind: 'invalid-name', expected: 'the name of a language in lower case, at most 30 characters' },
    })
    .default('python')
    .meta({ description: 'Language of the code.' }),
  packageName: identifier
    .refine((text) => text === text.toLowerCase(), { error: 'expected lower case', params: { kind: 'invalid-name', expected: 'lower case' } })
    .exactOptional()
    .meta({ description: 'Name of the package or program; made from the name where absent.' }),
  budgetTotal: budgetTotalShape,
  budgetDollars: budgetDollarsShape.exactOptional(),
  timeoutMinutes: timeoutMinutesShape.default(15).meta({ description: 'Minutes of work, not counting waits for people.' }),
  qualityThreshold: qualityThresholdShape.default(0.8).meta({ description: 'Score that must be exceeded.' }),
  deliverables: z
    .array(projectPath)
    .min(1)
    .max(inputLimits.listItems)
    .exactOptional()
    .meta({ description: 'Paths, files or folders, that must come out; every file that is written counts where absent.' }),
  functions: z
    .array(functionSpecShape)
    .max(inputLimits.functions)
    .default([])
    .meta({ description: 'Functions to be made; proposed by the model where none.' }),
  acceptance: z.array(acceptanceCheckShape).max(inputLimits.acceptanceChecks).default([]).meta({ description: 'Command lines that decide.' }),
  tasks: z.array(taskNodeShape).max(inputLimits.tasks).default([]).meta({ description: 'A plan written by hand; nothing is decomposed then.' }),
});

/** Gives a spec the package name that follows from its name, and its keys their usual order. @internal */
export function completeProjectSpec({ packageName, ...given }: z.output<typeof projectSpecShape>): ProjectSpec {
  const { name, goals, constraints, context, language, ...rest } = given;
  return { name, goals, constraints, context, language, packageName: packageName ?? makePackageName(name, language), ...rest };
}

/** What is wrong between the parts of a spec, whatever is wrong within them. Takes anything. @internal */
export function findProjectSpecProblems(data: unknown): readonly InputProblem[] {
  const { functions, tasks, language, packageName } = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>;
  return [
    ...findFunctionProblems(functions, typeof language === 'string' ? language : 'python', packageName),
    ...findPlanProblems(tasks).map((problem) => ({ ...problem, path: ['tasks', ...problem.path] })),
  ];
}

/** Whether a spec can be carried to those who work on it: any plan that it then holds can be carried out. Takes a spec whose parts are right. @internal */
export function findWeightProblems(spec: object): readonly InputProblem[] {
  const bytes = jsonBytes(spec);
  if (bytes <= inputLimits.specJsonBytes) return [];
  const expected = `at most ${showCount(inputLimits.specJsonBytes)} bytes as JSON`;
  return [{ kind: 'too-large', path: [], expected, got: `${showCount(bytes)} bytes` }];
}

/** Checks a spec in its TypeScript form, as programs make one; defaults are filled in. For text, `parseProjectSpec` tells more. @public */
export const projectSpecSchema: z.ZodType<ProjectSpec> = projectSpecShape
  .check((context) => {
    const { value } = context;
    for (const problem of [...findProjectSpecProblems(value), ...findWeightProblems(value)]) context.issues.push(toIssue(problem, value));
  })
  .transform(completeProjectSpec);

/** @internal */
export function toIssue({ kind, path, expected, got }: InputProblem, input: unknown) {
  return { code: 'custom' as const, input, path: [...path], message: `expected ${expected}, got ${got}`, params: { kind, expected, got } };
}
