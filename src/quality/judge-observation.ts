import type { JsonValue } from '../ports/json-value.js';
import type { Observation } from '../ports/sandbox.js';
import type { AnswerExpectation, Check, CheckOutcome, ExpectedStatement } from './check.js';
import { findStatementMismatch } from './find-statement-mismatch.js';
import { isOfType } from './is-of-type.js';

/** Longest text quoted of what was seen. */
const SEEN_CHARACTERS = 300;

/**
 * Compares what a sandbox observed with what a check expects. Happens in the host: the expectation never entered the sandbox.
 *
 * Where both are whole numbers, they are compared exactly, others within a relative 1e-9, so that `0.1 + 0.2` answers `0.3`; `true` is not 1 and `"5"` is not 5.
 *
 * @public
 */
export function judgeObservation(check: Check, observation: Observation): CheckOutcome {
  const { id, description, expected, structural } = check;
  const passed = meets(expected, observation);
  const seen = (expected.kind === 'holds' ? describeHeld(expected.statements, observation) : null) ?? describe(observation);
  return { id, description, passed, seen: seen.slice(0, SEEN_CHARACTERS), ...(structural === true ? { structural } : {}) };
}

function meets(expected: Check['expected'], observation: Observation): boolean {
  switch (expected.kind) {
    case 'returns':
      return (
        observation.status === 'returned' &&
        equal(expected.value, observation.value) &&
        (expected.type === undefined || isOfType(observation.value, expected.type, []))
      );
    case 'raises':
      return observation.status === 'raised' && observation.exceptions.includes(expected.exception);
    case 'answers':
      return answers(expected, observation);
    case 'exits':
      return (
        observation.status === 'exited' &&
        observation.exitCode === expected.exitCode &&
        (expected.stdout === undefined || observation.stdout.trimEnd() === expected.stdout.trimEnd()) &&
        (expected.stderrContains === undefined || observation.stderr.includes(expected.stderrContains))
      );
    case 'suite-passes':
      return observation.status === 'tested' && observation.failed === 0 && observation.passed >= expected.atLeast;
    case 'suite-fails':
      return observation.status === 'tested' && observation.failed > 0;
    case 'holds':
      return (
        observation.status === 'inspected' &&
        observation.syntaxError === null &&
        findStatementMismatch(expected.statements, observation.statements) === null
      );
  }
}

function answers({ value, classes, raises, neverRaises }: AnswerExpectation, observation: Observation): boolean {
  if (observation.status === 'returned') return isOfType(observation.value, value, classes);
  if (observation.status !== 'raised') return false;
  const among = (names: readonly string[]) => observation.exceptions.some((name) => names.includes(name));
  return among(raises) && !among(neverRaises);
}

function describeHeld(expected: readonly ExpectedStatement[], observation: Observation): string | null {
  if (observation.status !== 'inspected' || observation.syntaxError !== null) return null;
  return findStatementMismatch(expected, observation.statements) ?? 'holds nothing else';
}

function equal(expected: JsonValue, got: JsonValue): boolean {
  const pairs: [JsonValue, JsonValue][] = [[expected, got]];
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    const [a, b] = pair;
    if (typeof a === 'number' && typeof b === 'number') {
      const tolerance = Number.isInteger(a) && Number.isInteger(b) ? 0 : 1e-9 * Math.max(Math.abs(a), Math.abs(b));
      if (a !== b && !(Math.abs(a - b) <= tolerance)) return false;
    } else if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
      if (a !== b) return false;
    } else if (Array.isArray(a) || Array.isArray(b)) {
      if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
      for (let index = 0; index < a.length; index += 1) pairs.push([a[index]!, b[index]!]);
    } else {
      const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
      if (left.size !== right.size) return false;
      for (const [key, value] of left) {
        if (!right.has(key)) return false;
        pairs.push([value, right.get(key)!]);
      }
    }
  }
  return true;
}

function describe(observation: Observation): string {
  switch (observation.status) {
    case 'returned':
      return `returned ${JSON.stringify(observation.value)}`;
    case 'raised':
      return `raised ${observation.exceptions[0] ?? 'an exception'}: ${observation.message}`;
    case 'exited':
      return `exited with ${observation.exitCode}, printed ${JSON.stringify(observation.stdout)}, complained ${JSON.stringify(observation.stderr)}`;
    case 'tested':
      return `${observation.passed} tests passed, ${observation.failed} failed${observation.failures.length > 0 ? `: ${observation.failures.join('; ')}` : ''}`;
    case 'inspected':
      return observation.syntaxError === null ? 'parses' : `does not parse: ${observation.syntaxError}`;
    case 'stopped':
      return `was stopped (${observation.reason}): ${observation.detail}`;
  }
}
