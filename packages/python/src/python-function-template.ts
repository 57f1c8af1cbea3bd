import type { SampledTaskTemplate } from 'kamachiq';
import { cutBody } from './cut-body.js';
import { functionChecks } from './function-checks.js';
import { functionModule } from './function-module.js';
import { functionPrompt } from './function-prompt.js';
import { functionPath } from './function-source.js';
import { findFunctionInputProblems, readFunctionInputs } from './task-inputs.js';

/**
 * One Python function in a file of its own, `PACKAGE/FUNCTION.py`: name, parameters, types and docstring are the spec's, the body is the model's.
 *
 * Inputs: `package`, `function` and `usedFunctions` (functions that the body may call). Before anything is executed, the file is read: it must hold
 * nothing beside the function. Then every example is a check; at most half of them are shown to the model, the others stay unseen. A function without
 * examples is called with plain values: that it answers is checked, what it answers is for a person.
 *
 * @public
 */
export const pythonFunctionTemplate: SampledTaskTemplate = {
  kind: 'sampled',
  name: 'python-function',
  version: '1',
  language: 'python',
  findInputProblems: findFunctionInputProblems,
  checks: (inputs) => functionChecks(readFunctionInputs(inputs)),
  prompt: ({ inputs, feedback }, failure) => functionPrompt(readFunctionInputs(inputs), { feedback, failure }),
  assemble: (answer, { inputs }) => {
    const read = readFunctionInputs(inputs);
    const body = cutBody(answer, read.function);
    if ('problem' in body) return { files: [], problems: [body.problem] };
    return { files: [{ path: functionPath(read.package, read.function.name), text: functionModule(read, body.lines) }], problems: [] };
  },
};
