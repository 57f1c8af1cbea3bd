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
   * What can be checked of functions for which nothing says what they must answer: structural checks, executed on the finished files and listed in the
   * report. Absent where the template has none.
   */
  structuralChecks?(spec: ProjectSpec, functions: readonly FunctionSpec[]): readonly Check[];

  /**
   * Copies of the finished files, each with one fault planted in one function; the project's own test suite must fail on every one of them.
   * Says for each where the fault is.
   */
  plantFaults(files: readonly SourceFile[], functions: readonly FunctionSpec[]): readonly PlantedFault[];

  /** Directory of the project's own test suite; absent where the template makes none. */
  readonly testDirectory?: string;
}

/** A finished project with one fault in it. @public */
export interface PlantedFault {
  readonly description: string;
  readonly files: readonly SourceFile[];
}
