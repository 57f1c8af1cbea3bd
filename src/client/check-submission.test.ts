import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InvalidInputError } from '../errors/invalid-input-error.js';
import { checkSubmission } from './check-submission.js';
import { createProjectId } from './create-project-id.js';
import type { SubmitOptions } from './submit-options.js';

const spec = { name: 'Test', goals: ['A goal.'], budgetTotal: 1_000 };
const findings = async (value: unknown, options: SubmitOptions = {}) =>
  checkSubmission(value, options).then(
    () => [],
    (error: InvalidInputError) => {
      expect(error.code).toBe('input.invalid');
      return error.findings.map(({ code, path }) => `${code} ${path}`);
    },
  );

describe('checkSubmission', () => {
  it('fills in what is absent and has a default', async () => {
    expect(await checkSubmission(spec, {})).toMatchObject({
      ...spec,
      language: 'python',
      packageName: 'test_project',
      timeoutMinutes: 15,
      tasks: [],
    });
  });

  it('names everything that is wrong with spec and options at once', async () => {
    const wrong = { ...spec, goals: [], budgetTotal: -1, colour: 'blue' };
    expect(await findings(wrong, { projectId: 'a/b', seed: 1.5, reviewTimeoutMinutes: 0 })).toEqual([
      'spec.out-of-range spec.goals',
      'spec.out-of-range spec.budgetTotal',
      'spec.unknown-key spec.colour',
      'client.invalid-option options.projectId',
      'client.invalid-option options.seed',
      'client.invalid-option options.reviewTimeoutMinutes',
    ]);
  });

  it.each([
    ['seed', [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1', null]],
    ['reviewTimeoutMinutes', [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e-7, 525_601, '5', null]],
    ['projectId', ['', ' ', '.', '..', '../a', 'a/b', 'a\\b', 'a b', '-rf', 'ä', 'a\n', 'x'.repeat(201), 7, null]],
  ])('refuses a %s out of range', async (key, values) => {
    for (const value of values) expect([value, await findings(spec, { [key]: value })]).toEqual([value, [`client.invalid-option options.${key}`]]);
  });

  it.each([
    ['seed', [0, 7, Number.MAX_SAFE_INTEGER]],
    ['reviewTimeoutMinutes', [0.001, 1 / 3, 1_440, 525_600]],
    ['projectId', ['a', '_', '0', 'tenant:7', 'v1.2-rc+3@x', 'x'.repeat(200)]],
  ])('accepts a %s within range', async (key, values) => {
    for (const value of values) expect([value, await findings(spec, { [key]: value })]).toEqual([value, []]);
  });

  it('accepts every id that is made of a name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (name) => {
        expect(await findings(spec, { projectId: createProjectId(name) })).toEqual([]);
      }),
    );
  });

  it('says what came in one safe line', async () => {
    const error = await checkSubmission(spec, { projectId: `\u001b[31m\u202e${'x'.repeat(1_000)}` }).catch((caught: InvalidInputError) => caught);
    const [{ got } = { got: '' }] = (error as InvalidInputError).findings;
    expect(got.length).toBeLessThanOrEqual(100);
    expect(got).not.toMatch(/[\u0000-\u001f\u202e]/);
  });
});
