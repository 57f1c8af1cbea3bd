import type { RenderedTaskTemplate } from 'kamachiq';
import { entrySource } from './entry-source.js';
import { commandName } from './function-source.js';
import { packageSource } from './package-source.js';
import { findPackageInputProblems, readPackageInputs } from './task-inputs.js';

/**
 * `PACKAGE/__init__.py` and `PACKAGE/__main__.py`: the functions as a package and as a program with one command for each.
 *
 * A command has the function's name with dashes (underscores are understood too) and its parameters as arguments: a list takes one or more, `-` for a
 * text reads standard input. Results are printed plainly, a list on one line with spaces between its items, a whole float without `.0`, a float
 * without the noise of its last binary digits (0.1 + 0.2 prints 0.3). Errors that arguments cause, and a result that is not of the declared type, print `error: MESSAGE`
 * on standard error and exit with 1; wrong usage exits with 2.
 *
 * @public
 */
export const pythonCommandLineEntryTemplate: RenderedTaskTemplate = {
  kind: 'rendered',
  name: 'python-command-line-entry',
  version: '1',
  language: 'python',
  findInputProblems: findPackageInputProblems,
  render: ({ inputs }) => {
    const read = readPackageInputs(inputs);
    return [
      { path: `${read.package}/__init__.py`, text: packageSource(read) },
      { path: `${read.package}/__main__.py`, text: entrySource(read) },
    ];
  },
  checks: (inputs) => {
    const { package: packageName, functions } = readPackageInputs(inputs);
    const helps = (id: string, given: readonly string[]) => ({
      id,
      description: `python -m ${[packageName, ...given].join(' ')} explains itself`,
      invocation: { kind: 'command', module: packageName, arguments: given } as const,
      expected: { kind: 'exits', exitCode: 0 } as const,
    });
    return [helps('help', ['--help']), ...functions.map(({ name }) => helps(`help-${name}`, [commandName(name), '--help']))];
  },
};
