import type { RenderedTaskTemplate } from 'kamachiq';
import { findPackageInputProblems, readPackageInputs } from './task-inputs.js';
import { testSuiteSource } from './test-suite-source.js';

/** Folder of the test suite. */
export const TEST_DIRECTORY = 'tests';

/**
 * A unittest suite in `tests/`, made from every example of every function. It passes when each example does what it says.
 *
 * @public
 */
export const pythonTestSuiteTemplate: RenderedTaskTemplate = {
  kind: 'rendered',
  name: 'python-test-suite',
  version: '1',
  language: 'python',
  findInputProblems: findPackageInputProblems,
  render: ({ inputs }) => {
    const read = readPackageInputs(inputs);
    return [
      { path: `${TEST_DIRECTORY}/__init__.py`, text: `"""Tests of the package ${read.package}."""\n`, role: 'tests' },
      { path: `${TEST_DIRECTORY}/test_${read.package}.py`, text: testSuiteSource(read), role: 'tests' },
    ];
  },
  checks: (inputs) => {
    const { functions } = readPackageInputs(inputs);
    const atLeast = functions.reduce((total, { examples }) => total + examples.length, 0);
    return [
      {
        id: 'suite',
        description:
          atLeast === 0 ? 'the test suite loads; without examples it tests nothing' : `the test suite passes, with ${atLeast} tests or more`,
        invocation: { kind: 'test-suite', directory: TEST_DIRECTORY },
        expected: { kind: 'suite-passes', atLeast },
        // A suite without a test passes whatever there is.
        ...(atLeast === 0 ? { structural: true } : {}),
      },
    ];
  },
};
