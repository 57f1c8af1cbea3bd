import type { JsonValue } from '../ports/json-value.js';
import type { Invocation, Observation, SourceStatement } from '../ports/sandbox.js';

/** Something to execute and what must be observed. The host holds the expectation; only the invocation enters the sandbox. @public */
export interface Check {
  /** Unique among the checks of a task or project. */
  readonly id: string;
  /** For people. Example: `divide(1, 0) raises ValueError`. */
  readonly description: string;
  readonly invocation: Invocation;
  readonly expected: Expectation;
  /**
   * Whether it tells only that something can be used, not that it is right: its failure forbids approval like any other, its passing is evidence for
   * people and scores nothing. @defaultValue false
   */
  readonly structural?: boolean;
}

/** What must be observed. @public */
export type Expectation =
  /** With a `type`, what comes must be of it too: of `integer`, 1000000000.5 is not close enough to 1000000000. */
  | { readonly kind: 'returns'; readonly value: JsonValue; readonly type?: ValueType }
  | { readonly kind: 'raises'; readonly exception: string }
  | AnswerExpectation
  | { readonly kind: 'exits'; readonly exitCode: number; readonly stdout?: string; readonly stderrContains?: string }
  | { readonly kind: 'suite-passes'; readonly atLeast: number }
  | { readonly kind: 'suite-fails' }
  /** The top level of an inspected file has these statements, in their order, and no others. */
  | { readonly kind: 'holds'; readonly statements: readonly ExpectedStatement[] };

/** A call that comes to an end: with any value of a type, or with an error as a program may raise it. Says nothing of whether that is right. @public */
export interface AnswerExpectation {
  readonly kind: 'answers';
  readonly value: ValueType;
  /** Classes whose values JSON can't hold that are of the type too. Example: `['int']` for integers beyond 2^53. */
  readonly classes: readonly string[];
  /** Classes of exceptions that may be raised instead, their subclasses included. */
  readonly raises: readonly string[];
  /** Classes among these that show broken code and may not be raised. */
  readonly neverRaises: readonly string[];
}

/** Type of a plain value. @public */
export type ValueType = 'integer' | 'number' | 'boolean' | 'text' | { readonly listOf: ValueType };

/** A statement that a file is to hold. @public */
export interface ExpectedStatement extends Pick<SourceStatement, 'kind' | 'text'> {
  /** Whether it may be missing. @defaultValue false */
  readonly optional?: boolean;
}

/** A check, executed. @public */
export interface CheckOutcome {
  readonly id: string;
  readonly description: string;
  readonly passed: boolean;
  /** What was seen, in one line for people and for the model. */
  readonly seen: string;
  /** Present for a check that tells nothing of whether something is right. */
  readonly structural?: true;
}

/** A check with what was observed. @public */
export interface ObservedCheck {
  readonly check: Check;
  readonly observation: Observation;
}
