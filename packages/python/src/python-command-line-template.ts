import { type FunctionSpec, type JsonValue, type ProjectSpec, type ProjectTemplate, type TaskNode, TaskType } from 'kamachiq';
import { commandedFunctions, deriveExamples } from './derive-examples.js';
import { estimateFunctionTokens } from './estimate-function-tokens.js';
import { projectFunctionChecks } from './function-checks.js';
import { describeExample, functionPath, signatureOf } from './function-source.js';
import { plantFaults } from './plant-faults.js';
import { pythonCommandLineEntryTemplate } from './python-command-line-entry-template.js';
import { pythonFunctionTemplate } from './python-function-template.js';
import { pythonReadmeTemplate } from './python-readme-template.js';
import { pythonTestSuiteTemplate, TEST_DIRECTORY } from './python-test-suite-template.js';
import { PYTHON_TYPES } from './python-types.js';

/**
 * A Python package that is a program too: one task for each function, then the program around them, its tests and its documentation.
 *
 * The functions are the model's; program, tests and documentation follow from the spec.
 *
 * @public
 */
export const pythonCommandLineTemplate: ProjectTemplate = {
  name: 'python-command-line',
  version: '1',
  language: 'python',
  types: PYTHON_TYPES,
  testDirectory: TEST_DIRECTORY,
  matches: ({ language }) => language === 'python',
  functionNames: ({ acceptance }) => commandedFunctions(acceptance),
  deriveExamples: ({ acceptance }, proposal) => deriveExamples(acceptance, proposal),
  decompose: (spec, functions) => [...functions.map((made) => functionTask(spec, made, functions)), ...surroundingTasks(spec, functions)],
  acceptanceChecks: ({ packageName, acceptance }) =>
    acceptance.map(({ run, stdin, exitCode, stdout, stderrContains }, index) => ({
      id: `acceptance-${index + 1}`,
      description: `python -m ${[packageName, ...run].join(' ')} ${describeOutcome(exitCode, stdout, stderrContains)}`,
      invocation: { kind: 'command', module: packageName, arguments: run, ...(stdin === undefined ? {} : { stdin }) },
      expected: {
        kind: 'exits',
        exitCode,
        ...(stdout === undefined ? {} : { stdout }),
        ...(stderrContains === undefined ? {} : { stderrContains }),
      },
    })),
  functionChecks: ({ packageName }, made, { functions, files }) =>
    projectFunctionChecks({ package: packageName, function: made, usedFunctions: usedBy(made, functions) }, files),
  plantFaults: (files, functions) => {
    const packageName = files.map(({ path }) => /^([^/]+)\/__main__\.py$/.exec(path)?.[1]).find((name) => name !== undefined);
    return packageName === undefined ? [] : plantFaults(files, functions, packageName);
  },
};

const usedBy = (made: FunctionSpec, functions: readonly FunctionSpec[]) => functions.filter(({ name }) => made.uses.includes(name));

const taskId = (name: string) => `implement-${name}`;

function functionTask({ packageName }: ProjectSpec, made: FunctionSpec, functions: readonly FunctionSpec[]): TaskNode {
  const usedFunctions = usedBy(made, functions);
  const inputs = { package: packageName, function: made, usedFunctions };
  return {
    id: taskId(made.name),
    type: TaskType.CODE,
    description: `Write the function ${signatureOf(made).slice(4, -1)}. ${made.sentence}`,
    dependencies: usedFunctions.map(({ name }) => taskId(name)),
    estimatedTokens: estimateFunctionTokens(inputs),
    template: pythonFunctionTemplate.name,
    inputs: asJson(inputs),
    writes: [functionPath(packageName, made.name)],
    successCriteria: made.examples.map((example) => `${describeExample(made.name, example)}.`),
  };
}

function surroundingTasks({ name, goals, packageName }: ProjectSpec, functions: readonly FunctionSpec[]): readonly TaskNode[] {
  const inputs = asJson({ package: packageName, title: name, goals, functions });
  const shared = { estimatedTokens: 0, inputs };
  return [
    {
      ...shared,
      id: 'command-line',
      type: TaskType.CODE,
      description: `Make the functions a package and a program, python -m ${packageName}, with one command for each function.`,
      dependencies: functions.map((made) => taskId(made.name)),
      template: pythonCommandLineEntryTemplate.name,
      writes: [`${packageName}/__init__.py`, `${packageName}/__main__.py`],
      successCriteria: ['Every function can be imported from the package.', 'Every function has a command that explains itself.'],
    },
    {
      ...shared,
      id: 'tests',
      type: TaskType.TEST,
      description: 'Write a unittest suite with a test for every example of every function.',
      dependencies: ['command-line'],
      template: pythonTestSuiteTemplate.name,
      writes: [`${TEST_DIRECTORY}/__init__.py`, `${TEST_DIRECTORY}/test_${packageName}.py`],
      successCriteria: ['Every example of every function has a test.', 'The suite passes.'],
    },
    {
      ...shared,
      id: 'documentation',
      type: TaskType.DESIGN,
      description: 'Document every command with its usage and an example.',
      dependencies: ['command-line'],
      template: pythonReadmeTemplate.name,
      writes: ['README.md'],
      successCriteria: ['Every command is documented.', 'Every command line shown does what is shown.'],
    },
  ];
}

function describeOutcome(exitCode: number, stdout: string | undefined, stderrContains: string | undefined): string {
  const parts = [
    `exits with ${exitCode}`,
    ...(stdout === undefined ? [] : [`prints ${JSON.stringify(stdout)}`]),
    ...(stderrContains === undefined ? [] : [`complains ${JSON.stringify(stderrContains)}`]),
  ];
  return parts.join(', ');
}

/** The inputs as a node carries them: plain JSON without what is absent. */
function asJson(value: object): Readonly<Record<string, JsonValue>> {
  return JSON.parse(JSON.stringify(value)) as Readonly<Record<string, JsonValue>>;
}
