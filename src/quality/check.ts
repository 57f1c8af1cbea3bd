import type { JsonValue } from '../ports/json-value.js';
import type { Invocation, Observation } from '../ports/sandbox.js';

/** Something to execute and what must be observed. The host holds the expectation; only the invocation enters the sandbox. @public */
export interface Check {
  /** Unique among the checks of a task or project. */
  readonly id: string;
  /** For people. Example: `divide(1, 0) raises ValueError`. */
  readonly description: string;
  readonly invocation: Invocation;
  readonly expected: Expectation;
}

/** What must be observed. @public */
export type Expectation =
  | { readonly kind: 'returns'; readonly value: JsonValue }
  | { readonly kind: 'raises'; readonly exception: string }
  | { readonly kind: 'exits'; readonly exitCode: number; readonly stdout?: string; readonly stderrContains?: string }
  | { readonly kind: 'suite-passes'; readonly atLeast: number }
  | { readonly kind: 'suite-fails' };

/** A check, executed. @public */
export interface CheckOutcome {
  readonly id: string;
  readonly description: string;
  readonly passed: boolean;
  /** What was seen, in one line for people and for the model. */
  readonly seen: string;
}

/** A check with what was observed. @public */
export interface ObservedCheck {
  readonly check: Check;
  readonly observation: Observation;
}
