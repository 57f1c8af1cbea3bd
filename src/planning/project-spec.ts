import type { TaskNode } from '../graph/task-node.js';
import type { JsonValue } from '../ports/json-value.js';

/** What a project is to achieve and within which bounds; plain JSON. Loaded and checked by `parseProjectSpec` from `kamachiq/spec`. @public */
export interface ProjectSpec {
  readonly name: string;
  /** At least one sentence each saying what must be true at the end. */
  readonly goals: readonly string[];
  readonly constraints: readonly string[];
  /** Whatever else an agent should know. */
  readonly context: string;
  /** Language of the code, in lower case. @default 'python' */
  readonly language: string;
  /** Name of the package or program to be made, valid in the language; made from the name where the spec gives none. */
  readonly packageName: string;
  /** Tokens the project may spend in all. */
  readonly budgetTotal: number;
  /** Dollars that the project may spend in all, counted in millionths. @default no limit */
  readonly budgetDollars?: number;
  /** Minutes of work, not counting waits for people. @default 15 */
  readonly timeoutMinutes: number;
  /** Score that must be exceeded. @default 0.8 */
  readonly qualityThreshold: number;
  /** Project paths, files or folders, that must come out; where absent, every file that is written counts. */
  readonly deliverables?: readonly string[];
  /** Functions to be made; where the spec lists none, the model proposes them. */
  readonly functions: readonly FunctionSpec[];
  /** Commands whose outcome decides whether the project was done. */
  readonly acceptance: readonly AcceptanceCheck[];
  /** A plan written by hand; nothing is decomposed where there is one. */
  readonly tasks: readonly TaskNode[];
}

/** One function to be made. @public */
export interface FunctionSpec {
  /** Example: `divide`. */
  readonly name: string;
  readonly parameters: readonly FunctionParameter[];
  /** Type as the language writes it. Example: `float`. */
  readonly returns: string;
  /** What it does, in one sentence that becomes its documentation. */
  readonly sentence: string;
  readonly examples: readonly FunctionExample[];
  /** Names of other functions of the spec that this one may call. */
  readonly uses: readonly string[];
}

/** @public */
export interface FunctionParameter {
  readonly name: string;
  /** Type as the language writes it. Example: `list[float]`. */
  readonly type: string;
}

/** What a function answers to given arguments: a value, or an error by the name of its class. @public */
export type FunctionExample =
  | { readonly arguments: readonly JsonValue[]; readonly returns: JsonValue }
  | { readonly arguments: readonly JsonValue[]; readonly raises: string };

/** A command line of the finished program and what must be seen. @public */
export interface AcceptanceCheck {
  /** Arguments given to the program. Example: `['divide', '1', '0']`. */
  readonly run: readonly string[];
  readonly stdin?: string;
  /** @default 0 */
  readonly exitCode: number;
  /** Exact standard output, trailing white space aside; not compared where absent. */
  readonly stdout?: string;
  /** A text that standard error must contain; not compared where absent. */
  readonly stderrContains?: string;
}
