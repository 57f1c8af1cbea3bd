import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Invocation, Observation, Sandbox, SandboxRequest } from '../ports/sandbox.js';
import type { SourceFile } from '../ports/source-file.js';
import type { Check } from './check.js';
import { DEFAULT_SANDBOX_LIMITS, runChecks } from './run-checks.js';

type Answer = (invocation: Invocation, request: SandboxRequest) => Observation & { readonly took?: number };

/** Answers as told, minding the contract: stands in for execution, which the sandboxes' own tests do for real. */
function scriptedSandbox(answer: Answer): { readonly sandbox: Sandbox; readonly requests: readonly SandboxRequest[] } {
  const requests: SandboxRequest[] = [];
  const doRun: Sandbox['doRun'] = async (request) => {
    requests.push(request);
    const observations: Observation[] = [];
    for (const [index, invocation] of request.invocations.entries()) {
      const { took = 0, ...observation } = answer(invocation, request);
      vi.setSystemTime(Date.now() + took);
      observations.push(observation);
      if (observation.status === 'stopped' || request.goesOnAfter?.(observation, index) === false) break;
    }
    while (observations.length < request.invocations.length) observations.push({ status: 'stopped', reason: 'not-started', detail: '' });
    return { observations, durationMilliseconds: 0 };
  };
  return { sandbox: { specificationVersion: 1, id: 'scripted/test', languages: ['text'], doRun }, requests };
}

const files: readonly SourceFile[] = [
  { path: 'program', text: 'program' },
  { path: 'tests/all', text: 'expects 5', role: 'tests' },
  { path: 'README', text: 'prints 5', role: 'documentation' },
];
const check = (id: string, invocation: Invocation, expected: Check['expected'] = { kind: 'returns', value: id }): Check => ({
  id,
  description: id,
  invocation,
  expected,
});
const called = (id: string) => check(id, { kind: 'call', module: 'm', function: id, arguments: [] });
const suite = check('suite', { kind: 'test-suite', directory: 'tests' }, { kind: 'suite-passes', atLeast: 1 });
const holding = check('form', { kind: 'inspect', path: 'program' }, { kind: 'holds', statements: [] });
const inspected = (syntaxError: string | null): Observation => ({ status: 'inspected', syntaxError, definitions: [], statements: [] });
const answerOf = (invocation: Invocation): Observation => {
  if (invocation.kind === 'call') return { status: 'returned', value: invocation.function, stdout: '' };
  return invocation.kind === 'inspect' ? inspected(null) : { status: 'tested', passed: 1, failed: 0, failures: [] };
};
const run = (sandbox: Sandbox, checks: readonly Check[]) =>
  runChecks({ sandbox, language: 'text', files, checks, signal: new AbortController().signal });
const namesIn = ({ invocations }: SandboxRequest) =>
  invocations.map((invocation) => (invocation.kind === 'call' ? invocation.function : invocation.kind));

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());

describe('runChecks', () => {
  it('keeps tests and documentation away from everything but the suite, which runs by itself', async () => {
    const { sandbox, requests } = scriptedSandbox(answerOf);
    const outcomes = await run(sandbox, [called('a'), suite, called('b'), holding]);
    expect(outcomes.map(({ id, passed }) => [id, passed])).toEqual([
      ['a', true],
      ['suite', true],
      ['b', true],
      ['form', true],
    ]);
    expect(requests.map((request) => [namesIn(request), request.files.map(({ path }) => path)])).toEqual([
      [['inspect', 'a', 'b'], ['program']],
      [['test-suite'], ['program', 'tests/all', 'README']],
    ]);
  });

  it('executes nothing of what an inspection refused', async () => {
    const executed: string[] = [];
    const { sandbox } = scriptedSandbox((invocation) => {
      if (invocation.kind === 'inspect') return inspected('line 1');
      executed.push(invocation.kind);
      return answerOf(invocation);
    });
    const outcomes = await run(sandbox, [called('a'), holding, suite]);
    expect(executed).toEqual([]);
    expect(outcomes.map(({ passed, seen }) => [passed, seen])).toEqual([
      [false, 'was stopped (not-started): '],
      [false, 'does not parse: line 1'],
      [false, 'was stopped (not-started): nothing is executed beside a file that was refused by reading it'],
    ]);
  });

  it('goes on in another sandbox where many checks used up the time of one', async () => {
    const half = DEFAULT_SANDBOX_LIMITS.wallMilliseconds / 2;
    let used = 0;
    const { sandbox, requests } = scriptedSandbox((invocation, { invocations }) => {
      used = invocation === invocations[0] ? 1_000 : used + 1_000;
      return used > 2 * half ? { status: 'stopped', reason: 'time-limit', detail: '' } : { ...answerOf(invocation), took: 1_000 };
    });
    const checks = Array.from({ length: 25 }, (_, index) => called(`f${index}`));
    expect((await run(sandbox, checks)).filter(({ passed }) => !passed)).toEqual([]);
    expect(requests.map(({ invocations }) => invocations.length)).toEqual([25, 15, 5]);
  });

  it('blames what had half of the time to itself, and tries nothing behind it', async () => {
    const { sandbox, requests } = scriptedSandbox((invocation) =>
      namesIn({ invocations: [invocation] } as unknown as SandboxRequest)[0] === 'loop'
        ? { status: 'stopped', reason: 'time-limit', detail: 'too long', took: DEFAULT_SANDBOX_LIMITS.wallMilliseconds - 100 }
        : { ...answerOf(invocation), took: 50 },
    );
    const outcomes = await run(sandbox, [called('a'), called('loop'), called('b')]);
    expect(outcomes.map(({ seen }) => seen)).toEqual(['returned "a"', 'was stopped (time-limit): too long', 'was stopped (not-started): ']);
    expect(requests).toHaveLength(1);
  });

  it('does not go on for ever', async () => {
    const { sandbox, requests } = scriptedSandbox((invocation, { invocations }) =>
      invocation === invocations[0] ? { ...answerOf(invocation), took: 9_000 } : { status: 'stopped', reason: 'time-limit', detail: '', took: 1_000 },
    );
    const checks = Array.from({ length: 500 }, (_, index) => called(`f${index}`));
    const outcomes = await run(sandbox, checks);
    expect(outcomes).toHaveLength(500);
    // Five minutes of runs of ten seconds each.
    expect(requests).toHaveLength(30);
    expect(outcomes.filter(({ passed }) => passed)).toHaveLength(30);
  });
});
