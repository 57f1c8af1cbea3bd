import type { Check, RenderedTaskTemplate } from 'kamachiq';
import { commandExamples } from './command-example.js';
import { readmeSource } from './readme-source.js';
import { findPackageInputProblems, readPackageInputs } from './task-inputs.js';

/**
 * `README.md`, made from the spec alone: goals, every command with its usage and examples, how to import and test. Its checks run the commands that it
 * shows.
 *
 * @public
 */
export const pythonReadmeTemplate: RenderedTaskTemplate = {
  kind: 'rendered',
  name: 'python-readme',
  version: '1',
  language: 'python',
  findInputProblems: findPackageInputProblems,
  render: ({ inputs }) => [{ path: 'README.md', text: readmeSource(readPackageInputs(inputs)), role: 'documentation' }],
  checks: (inputs) => {
    const { package: packageName, functions } = readPackageInputs(inputs);
    return functions.flatMap((spec) =>
      commandExamples(spec).map(
        ({ arguments: given, expected, printed }, index): Check => ({
          id: `readme-${spec.name}-${index + 1}`,
          description: `python -m ${packageName} ${given.join(' ')} ${printed === null ? 'tells the error' : `prints ${printed}`}`,
          invocation: { kind: 'command', module: packageName, arguments: given },
          expected,
        }),
      ),
    );
  },
};
