import type { Check, SampledTaskTemplate, TaskInputs } from 'kamachiq';
import { cutBody } from './cut-body.js';
import { functionPrompt } from './function-prompt.js';
import { describeExample, functionPath, headOf } from './function-source.js';
import { findFunctionInputProblems, readFunctionInputs } from './task-inputs.js';

/** Modules of the standard library that a body may name without an import of its own. */
const KNOWN_MODULES = ['collections', 'functools', 'itertools', 'math', 're', 'statistics', 'string'];

/**
 * One Python function in a file of its own, `PACKAGE/FUNCTION.py`: name, parameters, types and docstring are the spec's, the body is the model's.
 *
 * Inputs: `package`, `function` and `usedFunctions` (functions that the body may call). Every example is a check; at most half of them are
 * shown to the model, the others stay unseen.
 *
 * @public
 */
export const pythonFunctionTemplate: SampledTaskTemplate = {
  kind: 'sampled',
  name: 'python-function',
  version: '1',
  language: 'python',
  findInputProblems: findFunctionInputProblems,
  checks: functionChecks,
  prompt: ({ inputs, feedback }, failure) => functionPrompt(readFunctionInputs(inputs), { feedback, failure }),
  assemble: (answer, { inputs }) => {
    const { package: packageName, function: spec, usedFunctions } = readFunctionInputs(inputs);
    const body = cutBody(answer, spec);
    if ('problem' in body) return { files: [], problems: [body.problem] };
    const source = body.lines.join('\n');
    const named = new Set(spec.parameters.map(({ name }) => name));
    const modules = KNOWN_MODULES.filter((name) => !named.has(name) && new RegExp(`(?<![\\w.])${name}\\.\\w`).test(source)).map(
      (name) => `import ${name}`,
    );
    const uses = usedFunctions
      .filter(({ name }) => spec.uses.includes(name) && new RegExp(`(?<![\\w.])${name}\\b`).test(source))
      .map(({ name }) => `from ${packageName}.${name} import ${name}`);
    const head = [`"""The function ${spec.name} of the package ${packageName}."""`, modules.join('\n'), uses.sort().join('\n')];
    const text = `${head.filter((part) => part !== '').join('\n\n')}\n\n\n${headOf(spec)}${source}\n`;
    return { files: [{ path: functionPath(packageName, spec.name), text }], problems: [] };
  },
};

function functionChecks(inputs: TaskInputs): readonly Check[] {
  const { package: packageName, function: spec } = readFunctionInputs(inputs);
  return spec.examples.map((example, index) => ({
    id: `${spec.name}-${index + 1}`,
    description: describeExample(spec.name, example),
    invocation: { kind: 'call', module: `${packageName}.${spec.name}`, function: spec.name, arguments: example.arguments },
    expected: 'raises' in example ? { kind: 'raises', exception: example.raises } : { kind: 'returns', value: example.returns },
  }));
}
