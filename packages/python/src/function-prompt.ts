import type { CandidateFailure, FunctionExample, FunctionSpec, ModelMessage, TemplatePrompt } from 'kamachiq';
import { formDescription } from './function-checks.js';
import { callOf, describeExample, headOf, signatureOf } from './function-source.js';
import type { FunctionInputs } from './task-inputs.js';

/** Longest answer worth paying for: the functions that suit a small model take 20 to 80 tokens. */
const LONGEST_ANSWER = 240;

/** Most remarks of a reviewer that are passed on. */
const MOST_REMARKS = 3;

/** What ends a body: the code fence, and the ways in which small models go on to try out what they wrote. */
const STOP_SEQUENCES = ['\n```', '\nprint(', '\nif __name__', '\n# '];

/**
 * Asks for the body of one function, in as few words as small models need. All of this was measured with a model of 135 million parameters:
 *
 * - The answer begins with the function's head and three of the four spaces of its first line: tokenizers join the fourth with the first word, and without
 *   an indentation the docstring is taken for the whole function. The head has no types: they invite needless conversions.
 * - A wrong answer that is shown is repeated, and a project's goals and constraints distract: both lower success. So after a failure only the shown
 *   examples that failed are named, in another wording and without the docstring; two wordings reach functions that neither reaches alone.
 */
export function functionPrompt(
  { package: packageName, function: spec, usedFunctions }: FunctionInputs,
  { feedback, failure }: { readonly feedback: readonly string[]; readonly failure: CandidateFailure | null },
): TemplatePrompt {
  const fence = '```';
  const head = `def ${spec.name}(${spec.parameters.map(({ name }) => name).join(', ')}):\n`;
  const docstring = headOf(spec).slice(signatureOf(spec).length + 1);
  const shown = shownExamples(spec).map((example) => describeExample(spec.name, example));
  const sections =
    failure === null
      ? [`Complete this Python function:\n\n${fence}python\n${headOf(spec)}${fence}`, shown.join('\n')]
      : [
          `Write a Python function ${signatureOf(spec).slice(4, -1)}. ${spec.sentence}`,
          shown.filter((example) => failure.problems.some((problem) => problem.includes(example))).join('\n'),
        ];
  // A model that can't be held to the beginning of its answer must be told what was wrong with its form, and one without examples has nothing else to go by.
  const isHeld = failure?.answer.startsWith(`${fence}python\n${head}`) === true && spec.examples.length > 0;
  const form = (failure?.problems ?? []).filter((problem) => !isHeld || isOutside(problem, formDescription(packageName, spec)));
  sections.push(usable(spec, usedFunctions), withoutUnseen([...feedback, ...form], spec).join('\n'));
  const messages: ModelMessage[] = [{ role: 'user', text: sections.filter((section) => section !== '').join('\n\n') }];
  const answerPrefix = `${fence}python\n${head}${failure === null ? docstring : ''}   `;
  return { messages, answerPrefix, stopSequences: STOP_SEQUENCES, maxOutputTokens: LONGEST_ANSWER };
}

/** Whether something was found beside the function. That an answer doesn't parse is no news to a small model: it would only be distracted. */
const isOutside = (problem: string, form: string): boolean => problem.startsWith(`expected ${form}; it holds `);

/** Remarks that tell nothing of the examples which the model isn't to see. */
function withoutUnseen(remarks: readonly string[], spec: FunctionSpec): readonly string[] {
  const shown = shownExamples(spec);
  const unseen = spec.examples.filter((example) => !shown.includes(example)).map((example) => callOf(spec.name, example));
  return remarks.filter((remark) => !unseen.some((call) => remark.includes(call))).slice(0, MOST_REMARKS);
}

function usable({ uses }: FunctionSpec, usedFunctions: readonly FunctionSpec[]): string {
  const used = usedFunctions.filter(({ name }) => uses.includes(name));
  return used.length === 0 ? '' : `It may call:\n${used.map((other) => `${signatureOf(other)} ${other.sentence}`).join('\n')}`;
}

/**
 * The examples a model may see: half of them, rounded down; results and errors in turn, so that neither goes unsaid.
 */
export function shownExamples({ examples }: FunctionSpec): readonly FunctionExample[] {
  const returning = examples.filter((example) => !('raises' in example));
  const raising = examples.filter((example) => 'raises' in example);
  const inTurn = Array.from({ length: examples.length }, (_, index) => [returning[index], raising[index]]).flat();
  return inTurn.filter((example) => example !== undefined).slice(0, Math.floor(examples.length / 2));
}
