import { readdirSync, readFileSync } from 'node:fs';
import { type FunctionSpec, type ProjectSpec, type SourceFile, TaskGraph } from 'kamachiq';
import { describe, expect, it } from 'vitest';
import { pythonTaskTemplates } from './index.js';
import { pythonCommandLineTemplate } from './python-command-line-template.js';

const made = (name: string, uses: readonly string[] = []): FunctionSpec => ({
  name,
  parameters: [{ name: 'text', type: 'str' }],
  returns: 'str',
  sentence: 'Return the text.',
  examples: [{ arguments: ['a'], returns: 'a' }],
  uses,
});
const functions = [made('whole', ['part']), made('part'), made('tests')];
const spec: ProjectSpec = {
  name: 'Things',
  goals: ['It works.'],
  constraints: [],
  context: '',
  language: 'python',
  packageName: 'things',
  budgetTotal: 50_000,
  timeoutMinutes: 15,
  qualityThreshold: 0.8,
  functions,
  acceptance: [
    { run: ['whole', '-'], stdin: 'x', exitCode: 0, stdout: 'x' },
    { run: ['part'], exitCode: 2, stderrContains: 'usage' },
  ],
  tasks: [],
};
const tasks = pythonCommandLineTemplate.decompose(spec, functions);

describe('pythonCommandLineTemplate', () => {
  it('plans an acyclic graph of tasks whose inputs their templates accept', () => {
    const graph = new TaskGraph(tasks);
    expect(graph.nodes.map(({ id }) => id)).toEqual([
      'implement-whole',
      'implement-part',
      'implement-tests',
      'command-line',
      'tests',
      'documentation',
    ]);
    expect(graph.predecessors('implement-whole')).toEqual(['implement-part']);
    expect(graph.ancestors('tests')).toEqual(['command-line', 'implement-whole', 'implement-part', 'implement-tests']);
    for (const { template, inputs } of tasks) {
      expect(pythonTaskTemplates.find(({ name }) => name === template)!.findInputProblems(inputs)).toEqual([]);
    }
  });

  it('survives JSON, and writes no path twice', () => {
    expect(JSON.parse(JSON.stringify(tasks))).toEqual(tasks);
    const paths = tasks.flatMap(({ writes }) => writes);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('estimates tokens where a model writes, and none where files follow from the spec', () => {
    for (const { template, estimatedTokens } of tasks) {
      if (template === 'python-function') expect(estimatedTokens).toBeGreaterThan(1_000);
      else expect(estimatedTokens).toBe(0);
    }
  });

  it('turns acceptance checks into commands of the package', () => {
    expect(pythonCommandLineTemplate.acceptanceChecks(spec)).toEqual([
      {
        id: 'acceptance-1',
        description: 'python -m things whole - exits with 0, prints "x"',
        invocation: { kind: 'command', module: 'things', arguments: ['whole', '-'], stdin: 'x' },
        expected: { kind: 'exits', exitCode: 0, stdout: 'x' },
      },
      {
        id: 'acceptance-2',
        description: 'python -m things part exits with 2, complains "usage"',
        invocation: { kind: 'command', module: 'things', arguments: ['part'] },
        expected: { kind: 'exits', exitCode: 2, stderrContains: 'usage' },
      },
    ]);
  });

  it('checks every function of a finished project, whoever made it', () => {
    const [whole, part] = functions as [FunctionSpec, FunctionSpec];
    const idsOf = (made: FunctionSpec, ...files: readonly SourceFile[]) =>
      pythonCommandLineTemplate.functionChecks(spec, made, { functions, files }).map(({ id, structural }) => (structural === true ? `${id}?` : id));
    const ours = { path: 'things/whole.py', text: '"""The function whole of the package things."""\n\nspoil = 1\n' };
    expect(idsOf({ ...whole, examples: [] }, ours)).toEqual(['whole-form?', 'whole-plain-1?', 'whole-plain-2?']);
    expect(idsOf(whole, ours).slice(0, 2)).toEqual(['whole-form?', 'whole-1']);
    // Another's file need not have our form; what is in no file of its own is looked for in the package.
    expect(idsOf(whole, { ...ours, text: '"""Whole."""\n' })[0]).toBe('whole-1');
    const modulesOf = (...files: readonly SourceFile[]) =>
      pythonCommandLineTemplate.functionChecks(spec, part, { functions, files }).map(({ invocation }) => 'module' in invocation && invocation.module);
    expect(new Set(modulesOf({ path: 'things/part.py', text: '' }))).toEqual(new Set(['things.part']));
    expect(new Set(modulesOf({ path: 'things/__init__.py', text: '' }))).toEqual(new Set(['things']));
  });

  it('checks functions of types that no body is asked for', () => {
    const made = { ...functions[0]!, parameters: [{ name: 'given', type: 'dict' }], returns: 'dict', examples: [{ arguments: [{}], returns: {} }] };
    const checks = pythonCommandLineTemplate.functionChecks(spec, made, { functions, files: [] });
    expect(checks.map(({ expected }) => expected)).toEqual([{ kind: 'returns', value: {} }]);
    expect(pythonCommandLineTemplate.functionChecks(spec, { ...made, examples: [] }, { functions, files: [] })).toEqual([]);
  });

  it('counts a suite without tests for nothing', () => {
    const suiteOf = (made: readonly FunctionSpec[]) => {
      const { inputs } = pythonCommandLineTemplate.decompose(spec, made).find(({ id }) => id === 'tests')!;
      return pythonTaskTemplates.find(({ name }) => name === 'python-test-suite')!.checks(inputs)[0]!;
    };
    expect(suiteOf(functions).structural).toBeUndefined();
    expect(suiteOf(functions.map((made) => ({ ...made, examples: [] })))).toMatchObject({ structural: true, expected: { atLeast: 0 } });
  });

  it('takes Python projects only, and plants nothing in files that are not such a project', () => {
    expect(pythonCommandLineTemplate.matches(spec)).toBe(true);
    expect(pythonCommandLineTemplate.matches({ ...spec, language: 'rust' })).toBe(false);
    expect(pythonCommandLineTemplate.plantFaults([{ path: 'README.md', text: '' }], functions)).toEqual([]);
  });

  it('knows nothing of any project: no shipped source holds words of the demo or of its like', () => {
    const words =
      `calculat|arithmetic(?!error)|subtract|multipl|divid|divisor|quotient|average|\\bmean\\b|median|percent|celsius|fahrenheit|kilomet|\\bmiles?\\b|pounds?
      |kilogram|convert (?:a|the)|vowel|palindrome|word ?count|count_|left \\+|left -|left /|a \\+ b`.replaceAll(/\s*\n\s*/g, '');
    const domain = new RegExp(words, 'i');
    const folder = new URL('.', import.meta.url);
    const sources = readdirSync(folder).filter((name) => !name.endsWith('.test.ts'));
    expect(sources).toContain('function-prompt.ts');
    for (const name of sources) {
      const found = readFileSync(new URL(name, folder), 'utf8')
        .split('\n')
        .filter((line) => domain.test(line));
      expect(found, name).toEqual([]);
    }
  });
});
