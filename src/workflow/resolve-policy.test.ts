import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KamachiqError } from '../errors/kamachiq-error.js';
import { defineAgentTaskWorkflow } from './define-agent-task-workflow.js';
import { defineProjectWorkflow } from './define-project-workflow.js';
import { DEFAULT_PROJECT_POLICY, DEFAULT_TASK_POLICY, PROJECT_POLICY_RANGES, TASK_POLICY_RANGES } from './project-policy.js';
import { resolvePolicy } from './resolve-policy.js';

const resolveProject = (given: object) => resolvePolicy('defineProjectWorkflow', DEFAULT_PROJECT_POLICY, PROJECT_POLICY_RANGES, given);
const resolveTask = (given: object) => resolvePolicy('defineAgentTaskWorkflow', DEFAULT_TASK_POLICY, TASK_POLICY_RANGES, given);

const caught = (define: () => unknown): unknown => {
  try {
    define();
  } catch (error) {
    return error;
  }
  return null;
};

describe('the policy of a workflow', () => {
  it('does not keep a module from loading: the other workflows of the host must run', () => {
    expect(caught(() => defineProjectWorkflow({ slots: 50 }))).toBeNull();
    expect(caught(() => defineAgentTaskWorkflow({ maximumAttempts: 0 }))).toBeNull();
  });

  it('is refused with everything that is wrong with it', () => {
    const error = caught(() => resolveProject({ slots: 11, maximumPlanRepairs: -1, planningShare: 1.01, reviewShare: Number.NaN, slot: 'many' }));
    expect(KamachiqError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      code: 'workflow.invalid-policy',
      message: expect.stringMatching(/^The policy of defineProjectWorkflow has 5 problems: slots: expected a whole number from 1 to 10, got 11; /),
      findings: [
        { code: 'workflow.out-of-range', path: 'slots', got: '11' },
        { code: 'workflow.out-of-range', path: 'maximumPlanRepairs', got: '-1', expected: 'a whole number of at least 0' },
        { code: 'workflow.out-of-range', path: 'planningShare', got: '1.01', expected: 'a number from 0 to 1' },
        { code: 'workflow.out-of-range', path: 'reviewShare', got: 'NaN' },
        { code: 'workflow.unknown-option', path: 'slot', got: 'string', expected: expect.stringContaining('slots') },
      ],
    });
  });

  it.each([
    [{ maximumAttempts: 0 }],
    [{ maximumAttempts: 1.5 }],
    [{ maximumAttempts: Number.POSITIVE_INFINITY }],
    [{ maximumRemediations: -1 }],
    [{ retryDelayMilliseconds: -1 }],
    [{ retryDelayMilliseconds: Number.NaN }],
    [{ retryDelayMilliseconds: '1 second' as unknown as number }],
    [{ maximumAttempts: null as unknown as number }],
    [['maximumAttempts'] as object],
    ['maximumAttempts' as unknown as object],
  ])('of a task is not %j', (policy) => {
    expect(caught(() => resolveTask(policy))).toMatchObject({ code: 'workflow.invalid-policy' });
  });

  it('is the default where nothing, or undefined, is said', () => {
    expect(resolveProject({})).toEqual(DEFAULT_PROJECT_POLICY);
    expect(resolveProject(null as unknown as object)).toEqual(DEFAULT_PROJECT_POLICY);
    expect(resolveProject({ slots: undefined, planningShare: 0 })).toEqual({ ...DEFAULT_PROJECT_POLICY, planningShare: 0 });
    expect(caught(() => resolveTask(DEFAULT_TASK_POLICY))).toBeNull();
  });

  it('takes names of inherited properties for what they are', () => {
    const given = JSON.parse('{"__proto__": 1, "constructor": 2, "toString": 3}') as object;
    expect(caught(() => resolveProject(given))).toMatchObject({
      findings: [{ path: '__proto__' }, { path: 'constructor' }, { path: 'toString' }],
    });
  });

  it('is taken as it is within its ranges, and never outside', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.integer({ min: -2, max: 12 })), (slots) => {
        const fits = Number.isInteger(slots) && slots >= 1 && slots <= 10;
        expect(caught(() => resolveProject({ slots })) === null).toBe(fits);
      }),
    );
  });
});
