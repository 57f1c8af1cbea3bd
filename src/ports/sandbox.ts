import type { JsonValue } from './json-value.js';
import type { CancellationSignal } from './language-model.js';
import type { SourceFile } from './source-file.js';

/**
 * Port to a place where generated code runs without reaching the host: no files but its own, no network, no signals, bounded time and memory.
 *
 * Expected values never enter a sandbox: it answers with what it observed, and the host compares. Every implementation passes
 * `describeSandbox` from `kamachiq/testing`.
 *
 * @public
 */
export interface Sandbox {
  readonly specificationVersion: 1;

  /** Kind and version, for reports. Example: `pyodide/314.0.7`. */
  readonly id: string;

  /** Languages that can be run, in lower case. Example: `['python']`. */
  readonly languages: readonly string[];

  /**
   * Runs every invocation, in order, in one fresh interpreter that is thrown away afterwards.
   *
   * What generated code does (raises, prints, loops for ever, eats memory, kills its own process) is an observation, never an error.
   *
   * @throws SandboxError when the sandbox itself can't be had: `sandbox.unavailable`, `sandbox.unsupported-language`, `sandbox.cancelled`.
   */
  doRun(request: SandboxRequest, signal: CancellationSignal): Promise<SandboxRun>;

  /** Stops prewarmed processes and removes temporary files. Calling it twice is allowed. */
  doClose?(): Promise<void>;
}

/** Files and what to do with them. @public */
export interface SandboxRequest {
  readonly language: string;
  readonly files: readonly SourceFile[];
  readonly invocations: readonly Invocation[];
  readonly limits: SandboxLimits;

  /**
   * Asked by the adapter, outside of the sandbox, after each observation; `false` ends the run, and what was to come is observed as `not-started`.
   * So nothing is executed of a file whose inspection its caller refuses. @defaultValue always `true`
   */
  readonly goesOnAfter?: (observation: Observation, index: number) => boolean;
}

/** Bounds of one run. @public */
export interface SandboxLimits {
  /** Wall time of the whole run, in milliseconds, from the first invocation. */
  readonly wallMilliseconds: number;
  /** Memory of everything the run starts together, in bytes. */
  readonly memoryBytes: number;
  /** Characters kept of each stream and of each value; the rest is cut off and said so. */
  readonly outputCharacters: number;
}

/** One thing to do with the files of a run. @public */
export type Invocation = CallInvocation | CommandInvocation | TestSuiteInvocation | InspectInvocation;

/** Imports a module and calls one of its functions with plain values. @public */
export interface CallInvocation {
  readonly kind: 'call';
  /** Module as the language names it. Example: `calculator.divide`. */
  readonly module: string;
  readonly function: string;
  readonly arguments: readonly JsonValue[];
}

/** Runs a module as a program, as `python -m MODULE ARGUMENTS` would. @public */
export interface CommandInvocation {
  readonly kind: 'command';
  readonly module: string;
  readonly arguments: readonly string[];
  readonly stdin?: string;
}

/** Discovers and runs the test suite below a directory. Its verdict can be forged by the code it tests: evidence, never proof. @public */
export interface TestSuiteInvocation {
  readonly kind: 'test-suite';
  readonly directory: string;
}

/** Parses a file without executing any of it. @public */
export interface InspectInvocation {
  readonly kind: 'inspect';
  readonly path: string;
}

/** What one invocation was seen to do. @public */
export type Observation =
  | { readonly status: 'returned'; readonly value: JsonValue; readonly stdout: string }
  /**
   * `exceptions` names the class raised first, then its bases, nearest first; one that only bears the name of a class that the language itself has, with its
   * module before it: `shop.ValueError`.
   */
  | { readonly status: 'raised'; readonly exceptions: readonly string[]; readonly message: string; readonly stdout: string }
  | { readonly status: 'exited'; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  | { readonly status: 'tested'; readonly passed: number; readonly failed: number; readonly failures: readonly string[] }
  | {
      readonly status: 'inspected';
      readonly syntaxError: string | null;
      readonly definitions: readonly SourceDefinition[];
      /** What the file's top level executes, in its order; at most the first 1,000. */
      readonly statements: readonly SourceStatement[];
    }
  | { readonly status: 'stopped'; readonly reason: StopReason; readonly detail: string };

/** Why a sandbox ended an invocation before it answered. @public */
export type StopReason = 'time-limit' | 'memory-limit' | 'output-limit' | 'crash' | 'not-started';

/** A module, class or function found by parsing. @public */
export interface SourceDefinition {
  readonly kind: 'module' | 'class' | 'function';
  /** Dotted, without the module's own name; empty for the module. Example: `Stack.push`. */
  readonly name: string;
  readonly documented: boolean;
  readonly line: number;
}

/** A statement at the top level of a file, found by parsing. @public */
export interface SourceStatement {
  /** `docstring` is the file's own text about itself; `other` is everything that is executed without a name here: assignments, calls, conditions. */
  readonly kind: 'docstring' | 'import' | 'function' | 'class' | 'other';
  /**
   * A docstring's content; an import, or the head of a function or class with its decorators, as the language writes it when it chooses the spaces;
   * the first line of anything else. Cut off after 4,000 characters; empty where it is nested too deep to be written. Example: `def divide(first: float, second: float) -> float:`.
   */
  readonly text: string;
  readonly line: number;
}

/**
 * The observations of one run, one for each invocation in the same order.
 *
 * Values that JSON can't hold arrive as `{"$type": …, "$repr": …}`: `NaN`, infinities, integers beyond 2^53, sets, objects.
 *
 * @public
 */
export interface SandboxRun {
  readonly observations: readonly Observation[];
  readonly durationMilliseconds: number;
}
