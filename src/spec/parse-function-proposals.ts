import { z } from 'zod';
import type { InputFinding } from '../errors/input-finding.js';
import type { FunctionSpec } from '../planning/project-spec.js';
import { reportIssues, reportProblems } from './describe-issue.js';
import { findFunctionProblems } from './find-function-problems.js';
import type { MappingForm } from './form.js';
import { functionSpecShape } from './function-spec-schema.js';
import { functionsForm } from './input-forms.js';
import { inputLimits } from './input-limits.js';
import type { InputPath, InputProblem } from './input-problem.js';
import { asList, asMapping } from './lenient-access.js';
import { toData } from './located-value.js';
import { parseType } from './parse-signature.js';
import { readAnswer } from './read-answer.js';
import { fileKeyOf } from './read-form.js';
import { readListAnswer } from './read-list-answer.js';
import { showText } from './show-input.js';

/** The functions that a model proposed, or everything that is wrong with them, fit to be fed back. @public */
export type FunctionProposalsResult =
  | { readonly ok: true; readonly functions: readonly FunctionSpec[] }
  | { readonly ok: false; readonly findings: readonly InputFinding[] };

/** What proposals may use. @public */
export interface FunctionProposalOptions {
  /** Types that parameters and results may have; a template's `types`. */
  readonly types: readonly string[];
  /** Whose reserved words no name may be. @defaultValue 'python' */
  readonly language?: string;
}

const proposalsForm: MappingForm = { kind: 'mapping', keys: new Map([['functions', functionsForm]]) };
const proposalsShape = z.strictObject({ functions: z.array(functionSpecShape).min(1).max(inputLimits.functions) });

/**
 * Reads the functions that a model proposed: `{"functions": […]}` or a bare list, written as in a spec.
 *
 * @returns The functions or findings with codes `answer.*`; one that is wrong spoils all of them. Never throws.
 * @public
 */
export function parseFunctionProposals(text: string, { types, language = 'python' }: FunctionProposalOptions): FunctionProposalsResult {
  const result = readAnswer(text, {}, (source, report) => {
    const root = readListAnswer(source, proposalsForm, 'functions', report);
    const data = toData(root);
    const context = { root, report, fileKey: (key: string) => fileKeyOf(proposalsForm, key) };
    const parsed = proposalsShape.safeParse(data);
    if (!parsed.success) reportIssues(parsed.error.issues, context);
    const functions = asList(asMapping(data).functions);
    reportProblems([...findFunctionProblems(functions, language, undefined), ...findTypeProblems(functions, types)], context);
    return parsed.success ? { value: parsed.data.functions } : null;
  });
  return result.ok ? { ok: true, functions: result.value } : result;
}

function findTypeProblems(functions: readonly unknown[], types: readonly string[]): readonly InputProblem[] {
  const known = new Set(types.map((type) => parseType(type) ?? type));
  const expected = `one of the types ${[...known].join(', ')}`;
  const problems: InputProblem[] = [];
  const judge = (type: unknown, path: InputPath) => {
    const written = typeof type === 'string' ? parseType(type) : null;
    if (written !== null && !known.has(written)) problems.push({ kind: 'unknown-type', path, expected, got: showText(written) });
  };
  for (const [index, item] of functions.slice(0, inputLimits.functions).entries()) {
    const { parameters, returns } = asMapping(item);
    for (const [at, parameter] of asList(parameters).entries()) judge(asMapping(parameter).type, ['functions', index, 'parameters', at, 'type']);
    judge(returns, ['functions', index, 'returns']);
  }
  return problems;
}
