import type { FunctionSpec, ProjectSpec, SourceFile, TaskTemplate } from 'kamachiq';
import { pythonCommandLineTemplate, pythonTaskTemplates } from '../src/index.js';

/** Functions of several kinds, with bodies as a person would write them: what the templates make around them is what is tested. */
const bodies: ReadonlyMap<string, string> = new Map([
  ['repeat', '    return text * times'],
  ['share', '    if whole == 0:\n        raise ValueError("the whole is zero")\n    return part / whole'],
  ['is_even', '    return number % 2 == 0'],
  ['total', '    result = 0\n    for number in numbers:\n        result += number\n    return result'],
  ['split_text', '    return text.split()'],
  ['tenths', '    return [number / 10 for number in numbers]'],
  ['double_total', '    return 2 * total(numbers)'],
  ['answer', '    return 42'],
]);

export const functions: readonly FunctionSpec[] = [
  made(
    'repeat',
    [
      ['text', 'str'],
      ['times', 'int'],
    ],
    'str',
    'Return the text "times" times, 100% of it.',
    [
      { arguments: ['ab', 2], returns: 'abab' },
      { arguments: ['', 3], returns: '' },
      { arguments: ['\\"""\u2028\n', 1], returns: '\\"""\u2028\n' },
    ],
  ),
  made(
    'share',
    [
      ['part', 'float'],
      ['whole', 'float'],
    ],
    'float',
    'Return the part as a share of the whole.',
    [
      { arguments: [1, 4], returns: 0.25 },
      { arguments: [1, 3], returns: 0.3333333333333333 },
      { arguments: [0, -2], returns: 0 },
      { arguments: [1e300, 1], returns: 1e300 },
      { arguments: [1, 0], raises: 'ValueError' },
    ],
  ),
  made('is_even', [['number', 'int']], 'bool', 'Tell whether a number is even.', [
    { arguments: [2], returns: true },
    { arguments: [-3], returns: false },
  ]),
  made('total', [['numbers', 'list[int]']], 'int', 'Return the total.', [
    { arguments: [[1, 2, -4]], returns: -1 },
    { arguments: [[]], returns: 0 },
  ]),
  made('split_text', [['text', 'str']], 'list[str]', 'Return the parts between spaces.', [
    { arguments: ['a b'], returns: ['a', 'b'] },
    { arguments: [''], returns: [] },
  ]),
  made('tenths', [['numbers', 'list[float]']], 'list[float]', 'Return a tenth of each.', [
    { arguments: [[1, 2]], returns: [0.1, 0.2] },
    { arguments: [[]], returns: [] },
  ]),
  { ...made('double_total', [['numbers', 'list[int]']], 'int', 'Return twice the total.', [{ arguments: [[1, 2]], returns: 6 }]), uses: ['total'] },
  made('answer', [], 'int', 'Return the answer.', [{ arguments: [], returns: 42 }]),
];

export const spec: ProjectSpec = {
  name: 'Odds & <ends> "quoted"',
  goals: ['Everything %(prog)s works.', 'Second goal.'],
  constraints: [],
  context: '',
  language: 'python',
  packageName: 'odds',
  budgetTotal: 100_000,
  timeoutMinutes: 15,
  qualityThreshold: 0.8,
  functions,
  acceptance: [{ run: ['share', '-1', '-4'], exitCode: 0, stdout: '0.25' }],
  tasks: [],
};

/** Carries out every task of the project, taking the bodies above for the model's answers. */
export function buildProject(project: ProjectSpec = spec, bodyOf: ReadonlyMap<string, string> = bodies): readonly SourceFile[] {
  const templates = new Map<string, TaskTemplate>(pythonTaskTemplates.map((template) => [template.name, template]));
  const files: SourceFile[] = [];
  for (const task of pythonCommandLineTemplate.decompose(project, project.functions)) {
    const template = templates.get(task.template!)!;
    const { description, inputs, successCriteria, writes } = task;
    const request = { description, inputs, outputs: [], successCriteria, writes, instructions: '', feedback: [], files };
    if (template.kind === 'rendered') files.push(...template.render(request));
    else {
      const { answerPrefix } = template.prompt(request, null);
      const { name } = inputs['function'] as { readonly name: string };
      const assembled = template.assemble(`${answerPrefix}${bodyOf.get(name)!.slice(3)}\n\`\`\`\nDone.`, request);
      if (assembled.problems.length > 0) throw new Error(assembled.problems.join('; '));
      files.push(...assembled.files);
    }
  }
  return files;
}

function made(
  name: string,
  parameters: readonly (readonly [string, string])[],
  returns: string,
  sentence: string,
  examples: FunctionSpec['examples'],
): FunctionSpec {
  return { name, parameters: parameters.map(([own, type]) => ({ name: own, type })), returns, sentence, examples, uses: [] };
}
