import type { TaskNode } from '../graph/task-node.js';
import type { SourceFile } from '../ports/source-file.js';
import type { Check } from '../quality/check.js';
import type { FunctionExample, FunctionSpec, ProjectSpec } from './project-spec.js';

/** Cuts a kind of project into tasks that small models can do. Holds no words of any one project. @public */
export interface ProjectTemplate {
  /** Unique in a library. Example: `python-command-line`. */
  readonly name: string;
  readonly version: string;
  readonly language: string;

  /** Whether the template knows how to make what the spec asks for. */
  matches(spec: ProjectSpec): boolean;

  /**
   * Types that a function's parameters and results may have, those that fewer texts can be read as before those that more can.
   * Example: `['int', 'float', 'str']`.
   */
  readonly types: readonly string[];

  /** Names of functions that the spec's acceptance checks call for, each once; empty where they call for none. */
  functionNames(spec: ProjectSpec): readonly string[];

  /** Examples that the spec's acceptance checks imply for a function which a model proposed. */
  deriveExamples(spec: ProjectSpec, proposal: FunctionSpec): readonly FunctionExample[];

  /** The plan: every task with its template, inputs and paths. */
  decompose(spec: ProjectSpec, functions: readonly FunctionSpec[]): readonly TaskNode[];

  /** The spec's acceptance checks as things to execute. */
  acceptanceChecks(spec: ProjectSpec): readonly Check[];

  /**
   * What is checked of one function on the finished files, whoever made them: a call with a comparison for every example, and where there is none, structural
   * checks. A spec whose examples get no such call is refused.
   */
  functionChecks(spec: ProjectSpec, made: FunctionSpec, project: FinishedProject): readonly Check[];

  /**
   * Copies of the finished files, each with one fault planted in one function; the project's own test suite must fail on every one of them.
   * Says for each where the fault is.
   */
  plantFaults(files: readonly SourceFile[], functions: readonly FunctionSpec[]): readonly PlantedFault[];

  /** Directory of the project's own test suite; absent where the template makes none. */
  readonly testDirectory?: string;
}

/** What a function stands among. @public */
export interface FinishedProject {
  /** All of them, the one that is checked too. */
  readonly functions: readonly FunctionSpec[];
  /** Empty before any is made. */
  readonly files: readonly SourceFile[];
}

/** A finished project with one fault in it. @public */
export interface PlantedFault {
  readonly description: string;
  readonly files: readonly SourceFile[];
}
