import { pyodideSandbox } from '@kamachiq/sandbox';
import { type FunctionSpec, type JsonValue, runChecks, type Sandbox } from 'kamachiq';
import { afterAll, describe, expect, it } from 'vitest';
import { pythonFunctionTemplate } from '../src/index.js';
import { pickFunction } from './pick-function.js';

const sandbox: Sandbox = pyodideSandbox();
afterAll(() => sandbox.doClose?.());

const spec: FunctionSpec = {
  ...pickFunction,
  examples: [{ arguments: [['a', 'b'], 1], returns: 'b' }],
  uses: ['other'],
};
const other: FunctionSpec = { ...spec, name: 'other', uses: [] };
const inputs = { package: 'things', function: spec as unknown as JsonValue, usedFunctions: [other] as unknown as JsonValue };
const request = { description: '', inputs, outputs: [], successCriteria: [], writes: ['things/pick.py'], instructions: '', feedback: [], files: [] };

/** What the checks of the function say of a file, by id. */
async function judge(text: string, judged = spec): Promise<ReadonlyMap<string, string>> {
  const files = [
    { path: 'things/pick.py', text },
    { path: 'things/other.py', text: 'def other(items, position):\n    return items[position]\n' },
  ];
  const checks = pythonFunctionTemplate.checks({ ...inputs, function: judged as unknown as JsonValue });
  const outcomes = await runChecks({ sandbox, language: 'python', files, checks, signal: new AbortController().signal });
  return new Map(outcomes.map(({ id, passed, seen }) => [id, `${passed}: ${seen}`]));
}

const assemble = (body: string) => {
  const { answerPrefix } = pythonFunctionTemplate.prompt(request, null);
  const { files, problems } = pythonFunctionTemplate.assemble(`${answerPrefix}${body}`, request);
  expect(problems).toEqual([]);
  return files[0]!.text;
};
const sound = assemble(' return items[position]');

describe('the wall around the body of a function', () => {
  it.each([
    ['a plain body', ' return items[position]'],
    ['a body that needs imports', ' return other(items, math.floor(position) + len(re.sub("", "", "")))'],
    [
      'a body with functions, classes and imports of its own',
      ' import os\n    class Own:\n        x = 1\n    def inner(): return items\n    return inner()[position]',
    ],
    ['a body with strings without indentation', ' text = """\nimport os\n"""\n    return items[position]'],
  ])('lets %s through', async (_name, body) => {
    expect([...(await judge(assemble(body)))]).toEqual([
      ['pick-form', 'true: holds nothing else'],
      ['pick-1', 'true: returned "b"'],
    ]);
  });

  it.each([
    ['a statement behind the function', `${sound}\nprint("outside")\n`, 'a statement on line 8: print("outside")'],
    [
      'a statement on the line of an import',
      sound.replace('\n\n\ndef', '\n\nimport math; spoil = 1\n\n\ndef'),
      'a statement on line 3: import math; spoil = 1',
    ],
    ['another import', sound.replace('\n\n\ndef', '\n\nimport os\n\n\ndef'), 'the import on line 3: import os'],
    [
      'an import of everything',
      sound.replace('\n\n\ndef', '\n\nfrom things.other import *\n\n\ndef'),
      'the import on line 3: from things.other import *',
    ],
    ['another function', `${sound}\n\ndef len(given):\n    return 1\n`, 'the function on line 9: def len(given):'],
    ['the function twice', `${sound}\n\n${sound.slice(sound.indexOf('def'))}`, 'the function on line 9: def pick('],
    ['a class', `${sound}\n\nclass pick:\n    pass\n`, 'the class on line 9: class pick:'],
    ['a decorator', sound.replace('def pick', '@print\ndef pick'), 'the function on line 5: @print def pick('],
    [
      'a default that is executed',
      sound.replace('position: int)', 'position: int=print())'),
      'the function on line 4: def pick(items: list[str], position: int=print())',
    ],
    ['an annotation that is executed', sound.replace('-> str', '-> print()'), 'position: int) -> print():'],
    ['a function that is not called at once', sound.replace('def pick', 'async def pick'), 'the function on line 4: async def pick('],
    [
      'a condition around the function',
      `"""The function pick of the package things."""\nif True:\n    def pick(items: list[str], position: int) -> str:\n        return items[position]\n`,
      'a statement on line 2: if True:',
    ],
    ['no docstring', sound.slice(sound.indexOf('def')), 'the function on line 1: def pick('],
    ['something before the docstring', `1\n${sound}`, 'a statement on line 1: 1'],
    ['what is no Python', `${sound}\n)`, 'does not parse'],
  ])('executes nothing of a file with %s', async (_name, text, found) => {
    const seen = await judge(text);
    expect(seen.get('pick-form')).toMatch(/^false: /);
    expect(seen.get('pick-form')).toContain(found);
    expect(seen.get('pick-1')).toMatch(/^false: was stopped \(not-started\)/);
  });

  it.each([
    ['negations', `${'- '.repeat(400)}1`],
    ['attributes', `a${'.a'.repeat(600)}`],
    ['functions', `${'(lambda: '.repeat(150)}1${')'.repeat(150)}`],
    ['sums', `${'1+'.repeat(800)}1`],
  ])('executes nothing of a function whose decorator is too deep to be read: %s', async (_name, deep) => {
    const executed = '__import__("builtins").__dict__.setdefault("EXECUTED", "b")';
    const decorator = `@(lambda function, _=(${executed}, lambda: ${deep}): lambda items, position: EXECUTED)`;
    const seen = await judge(sound.replace('def pick', `${decorator}\ndef pick`));
    expect(seen.get('pick-form')).toMatch(/^false: /);
    expect(seen.get('pick-1')).toMatch(/^false: was stopped \(not-started\)/);
  });

  it.each([
    ['a class of that name', ' class ValueError(Exception): pass\n    raise ValueError("no")', false],
    [
      'a class that says so',
      ' class Meta(type):\n        __name__ = "ValueError"\n    class Other(Exception, metaclass=Meta): pass\n    raise Other("no")',
      false,
    ],
    ['the class itself', ' raise ValueError("no")', true],
    ['a class derived from it', ' class Empty(ValueError): pass\n    raise Empty("no")', true],
  ])('takes %s for the ValueError that was asked for, or not', async (_name, body, passed) => {
    const raising = { ...spec, examples: [{ arguments: [[], 0], raises: 'ValueError' }] };
    const seen = await judge(assemble(body), raising);
    expect(seen.get('pick-form')).toBe('true: holds nothing else');
    expect(seen.get('pick-1')).toMatch(new RegExp(`^${passed}: raised \\S+: no$`));
  });

  it('takes no fraction for a whole number, however close', async () => {
    const whole = { ...spec, returns: 'int', examples: [{ arguments: [[], 0], returns: 1_000_000_000 }] };
    const file = (value: string) => assemble(` return ${value}`).replace('-> str', '-> int');
    expect((await judge(file('1000000000.5'), whole)).get('pick-1')).toBe('false: returned 1000000000.5');
    expect((await judge(file('1000000000'), whole)).get('pick-1')).toBe('true: returned 1000000000');
  });

  it('feeds back what stood beside the function, and not that something does not parse', async () => {
    const { answerPrefix } = pythonFunctionTemplate.prompt(request, null);
    const told = async (text: string) => {
      const checks = pythonFunctionTemplate.checks(inputs);
      const files = [{ path: 'things/pick.py', text }];
      const outcomes = await runChecks({ sandbox, language: 'python', files, checks, signal: new AbortController().signal });
      const problems = outcomes.filter(({ passed }) => !passed).map(({ description, seen }) => `expected ${description}; it ${seen}`);
      return pythonFunctionTemplate.prompt(request, { answer: `${answerPrefix} return`, problems }).messages[0]!.text;
    };
    expect(await told(`${sound}\nprint("outside")\n`)).toContain('holds a statement on line 8: print("outside"), expected nothing more');
    expect(await told(`${sound}\n)`)).not.toMatch(/parse|holds/);
  });
});
