import fc from 'fast-check';
import { type FunctionSpec, findPathProblem, type JsonValue, type TemplateRequest } from 'kamachiq';
import { describe, expect, it } from 'vitest';
import { pickFunction } from '../test/pick-function.js';
import { shownExamples } from './function-prompt.js';
import { describeExample } from './function-source.js';
import { pythonFunctionTemplate } from './python-function-template.js';

const spec: FunctionSpec = {
  ...pickFunction,
  sentence: 'Return the item at the position, or raise IndexError if there is none.',
  examples: [
    { arguments: [['first'], 0], returns: 'first' },
    { arguments: [['a', 'second'], 1], returns: 'second' },
    { arguments: [[], 7], raises: 'IndexError' },
    { arguments: [['third'], -1], returns: 'third' },
  ],
};

const requestFor = (made: FunctionSpec, usedFunctions: readonly FunctionSpec[] = []): TemplateRequest => ({
  description: '',
  inputs: { package: 'things', function: made as unknown as JsonValue, usedFunctions: usedFunctions as unknown as JsonValue },
  outputs: [],
  successCriteria: [],
  writes: ['things/pick.py'],
  instructions: '',
  feedback: [],
  files: [],
});
const request = requestFor(spec);
const { answerPrefix } = pythonFunctionTemplate.prompt(request, null);
const textOf = (prompt: ReturnType<typeof pythonFunctionTemplate.prompt>) => prompt.messages.map(({ text }) => text).join('\n') + prompt.answerPrefix;

describe('pythonFunctionTemplate', () => {
  it('checks every example, and only from its inputs', () => {
    expect(pythonFunctionTemplate.checks(request.inputs)).toEqual([
      expect.objectContaining({ id: 'pick-form', invocation: { kind: 'inspect', path: 'things/pick.py' }, structural: true }),
      {
        id: 'pick-1',
        description: 'pick(["first"], 0) returns "first"',
        invocation: { kind: 'call', module: 'things.pick', function: 'pick', arguments: [['first'], 0] },
        expected: { kind: 'returns', value: 'first', type: 'text' },
      },
      expect.objectContaining({ id: 'pick-2' }),
      expect.objectContaining({ description: 'pick([], 7) raises IndexError', expected: { kind: 'raises', exception: 'IndexError' } }),
      expect.objectContaining({ id: 'pick-4' }),
    ]);
  });

  it('calls a function without examples with plain values of its types, and expects no more than an answer', () => {
    const types = ['int', 'str', 'list[float]', 'bool'];
    const made = { ...spec, examples: [], parameters: types.map((type, index) => ({ name: `p${index}`, type })), returns: 'list[int]' };
    const [form, ...calls] = pythonFunctionTemplate.checks(requestFor(made).inputs);
    expect(form).toMatchObject({ id: 'pick-form', structural: true });
    expect(calls.map(({ invocation }) => invocation.kind === 'call' && invocation.arguments)).toEqual([
      [0, '', [], false],
      [1, 'a b', [0, 1, -1], true],
      [-1, '', [], false],
    ]);
    for (const { structural, expected } of calls) {
      expect(structural).toBe(true);
      expect(expected).toMatchObject({ kind: 'answers', value: { listOf: 'integer' }, raises: ['Exception'] });
    }
    const bare = { ...spec, examples: [], parameters: [] };
    expect(pythonFunctionTemplate.checks(requestFor(bare).inputs)).toMatchObject([{}, { id: 'pick-plain-1', invocation: { arguments: [] } }]);
  });

  it('tells a model what was wrong with a function without examples, since it has nothing else to go by', () => {
    const made = requestFor({ ...spec, examples: [] });
    const problems = ['expected pick([], 0) answers with str or an error (no example says which); it returned null'];
    const { answerPrefix: prefix } = pythonFunctionTemplate.prompt(made, null);
    expect(textOf(pythonFunctionTemplate.prompt(made, { answer: `${prefix} pass`, problems }))).toContain(problems[0]);
  });

  it('shows half of the examples, rounded down, results and errors in turn', () => {
    for (let count = 1; count <= 9; count += 1) {
      const examples = Array.from({ length: count }, (_, index) => (index % 3 === 2 ? spec.examples[2]! : spec.examples[0]!));
      expect(shownExamples({ ...spec, examples })).toHaveLength(Math.floor(count / 2));
    }
    expect(shownExamples(spec)).toEqual([spec.examples[0], spec.examples[2]]);
    expect(shownExamples({ ...spec, examples: [] })).toEqual([]);
  });

  it('keeps unseen examples out of every prompt, also when a candidate failed on them', () => {
    const problems = spec.examples.map((example) => `expected ${describeExample('pick', example)}; it returned null`);
    for (const failure of [null, { answer: `${answerPrefix} return None`, problems }, { answer: '', problems: ['no function'] }]) {
      const prompt = pythonFunctionTemplate.prompt({ ...request, feedback: problems }, failure);
      expect(textOf(prompt)).not.toMatch(/second|third/);
      expect(prompt.answerPrefix).toMatch(/^```python\ndef pick\(items, position\):\n(?: {4}"""Return the item .*"""\n)? {3}$/);
      expect(prompt.stopSequences!.length).toBeLessThanOrEqual(4);
    }
  });

  it('makes a file that holds the docstring, but no example', () => {
    expect(pythonFunctionTemplate.assemble(`${answerPrefix} return items[position]\n\`\`\`\nDone.`, request)).toEqual({
      files: [
        {
          path: 'things/pick.py',
          text: `"""The function pick of the package things."""


def pick(items: list[str], position: int) -> str:
    """Return the item at the position, or raise IndexError if there is none."""
    return items[position]
`,
        },
      ],
      problems: [],
    });
  });

  it('imports what the body names: functions it may use, and well-known modules', () => {
    const used = { ...spec, name: 'other' };
    const made = { ...spec, uses: ['other', 'unnamed'] };
    const both = requestFor(made, [{ ...spec, name: 'unnamed' }, used]);
    const { files } = pythonFunctionTemplate.assemble(`${answerPrefix} return other(items, math.floor(position), self.re.x, another(1))`, both);
    expect(files[0]!.text).toContain('"""\n\nimport math\n\nfrom things.other import other\n\n\ndef pick');
    expect(textOf(pythonFunctionTemplate.prompt(both, null))).toContain('def other(items: list[str], position: int) -> str: Return the item');
  });

  it('makes of any answer one file within the project, or says what is wrong', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\n', '    ', '```', '"""', '(', 'def pick(', '\0', answerPrefix!, ' return 1'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const { files, problems } = pythonFunctionTemplate.assemble(pieces.join(''), request);
        expect(files.length === 1).toBe(problems.length === 0);
        for (const { path, text } of files) {
          expect(findPathProblem(path)).toBeNull();
          expect(text).toContain('def pick(items: list[str], position: int) -> str:\n    """Return the item');
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
