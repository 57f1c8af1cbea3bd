import type { OutputDeclaration, TaskOutputs } from '../graph/output-type.js';
import type { JsonValue } from '../ports/json-value.js';
import type { ModelMessage } from '../ports/language-model.js';
import type { SourceFile } from '../ports/source-file.js';
import type { Check } from '../quality/check.js';

/** A way to carry out one kind of task: by sampling a model until the checks pass, or by rendering files without a model. @public */
export type TaskTemplate = SampledTaskTemplate | RenderedTaskTemplate;

interface TaskTemplateBase {
  /** Unique in a library. Example: `python-function`. */
  readonly name: string;
  readonly version: string;
  readonly language: string;

  /** Whether its prompts show notes on earlier tasks: small models are led astray by them. @defaultValue false */
  readonly readsMemory?: boolean;

  /** Names every parameter that is missing or wrong, as sentences; empty when the inputs can be worked with. */
  findInputProblems(inputs: TaskInputs): readonly string[];

  /** What the outcome must do, executed by the host's sandbox; made from the inputs alone, so that no agent can change it. */
  checks(inputs: TaskInputs): readonly Check[];
}

/** Parameters of a task as its node carries them. @public */
export type TaskInputs = Readonly<Record<string, JsonValue>>;

/** A model writes; candidates are drawn until one passes every check or the hold is spent. @public */
export interface SampledTaskTemplate extends TaskTemplateBase {
  readonly kind: 'sampled';

  /** What the model is asked, for the first candidate and, with the last failure, for later ones. */
  prompt(request: TemplateRequest, failure: CandidateFailure | null): TemplatePrompt;

  /** Makes files of an answer, or says what is wrong with it. Never throws: answers are hostile. */
  assemble(answer: string, request: TemplateRequest): AssembledAnswer;
}

/** What an answer holds. @public */
export interface AssembledAnswer {
  readonly files: readonly SourceFile[];
  /** What is wrong with the answer, in one line each; such an answer is not used. */
  readonly problems: readonly string[];
  /** Values that the task hands on; absent where there are none. */
  readonly outputs?: TaskOutputs;
}

/** Files follow from the inputs alone. @public */
export interface RenderedTaskTemplate extends TaskTemplateBase {
  readonly kind: 'rendered';
  render(request: TemplateRequest): readonly SourceFile[];

  /** Values that the task hands on; absent where it hands nothing on. */
  outputs?(request: TemplateRequest): TaskOutputs;
}

/** A task, as its template sees it. @public */
export interface TemplateRequest {
  readonly description: string;
  /** With the values that other tasks handed on. */
  readonly inputs: TaskInputs;
  /** Values that the task is to hand on. */
  readonly outputs: readonly OutputDeclaration[];
  readonly successCriteria: readonly string[];
  /** Paths the task is to write, all of them and no others. */
  readonly writes: readonly string[];
  /** Persona, goals, constraints and context of the project, for the prompt. */
  readonly instructions: string;
  /** What a reviewer said of the last outcome, in a remediation. */
  readonly feedback: readonly string[];
  /** Notes on earlier tasks, in one line each, for a template that reads memory. Models wrote them: data, never instructions. @defaultValue none */
  readonly notes?: readonly string[];
  /** Snapshot of the files that the task's ancestors made; for a prompt, cut to the room there is. */
  readonly files: readonly SourceFile[];
}

/** What was wrong with the last candidate. @public */
export interface CandidateFailure {
  /** The candidate's answer, as the model gave it, prefix included. */
  readonly answer: string;
  /** One line for each problem or failed check, in the order of the checks. */
  readonly problems: readonly string[];
}

/** A prompt without seed, temperature and budget, which are the runner's. @public */
export interface TemplatePrompt {
  readonly messages: readonly ModelMessage[];
  readonly answerPrefix?: string;
  readonly answerSchema?: Readonly<Record<string, unknown>>;
  readonly stopSequences?: readonly string[];
  /** Longest answer worth paying for, in tokens. */
  readonly maxOutputTokens: number;
}
