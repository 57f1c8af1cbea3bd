import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors/invalid-input-error.js';
import type { ProjectSpec } from '../planning/project-spec.js';
import { arbitraryTasks, json, name, optional, sentence, word } from './fixtures/arbitrary-task.js';
import { writeYaml } from './fixtures/write-yaml.js';
import { toSnakeCase } from './form.js';
import { parseProjectSpec, safeParseProjectSpec } from './parse-project-spec.js';
import { projectSpecSchema } from './project-spec-schema.js';

const functions = fc.uniqueArray(word, { maxLength: 3 }).chain((names) =>
  fc.tuple(
    ...names.map((functionName, index) =>
      fc.record({
        name: fc.constant(functionName),
        parameters: fc.constant([{ name: 'a', type: 'dict[str, list[int]]' }]),
        returns: fc.constant('int'),
        sentence,
        examples: fc.uniqueArray(
          fc.oneof(
            json.map((value) => ({ arguments: [value], returns: value })),
            json.map((value) => ({ arguments: [value], raises: 'ValueError' })),
          ),
          { maxLength: 3, selector: ({ arguments: given }) => JSON.stringify(given) },
        ),
        uses: fc.subarray(names.slice(0, index)),
      }),
    ),
  ),
);

const acceptance = fc.array(
  fc
    .tuple(
      fc.record({
        run: fc.array(fc.oneof(sentence, fc.constantFrom('05', '2.0', 'true', '~', '')), { maxLength: 3 }),
        exitCode: fc.integer({ min: 0, max: 255 }),
      }),
      optional('stdin', sentence),
      optional('stdout', sentence),
      optional('stderrContains', sentence),
    )
    .map(([check, stdin, stdout, stderr]) => ({ ...check, ...stdin, ...stdout, ...stderr })),
  { maxLength: 3 },
);

const arbitrarySpec = fc.record({
  name,
  goals: fc.array(sentence, { minLength: 1, maxLength: 3 }),
  constraints: fc.array(sentence, { maxLength: 3 }),
  context: fc.oneof(sentence, fc.constant('')),
  language: fc.constantFrom('python', 'typescript'),
  packageName: word,
  budgetTotal: fc.integer({ min: 1 }),
  timeoutMinutes: fc.integer({ min: 1, max: 43_200 }),
  qualityThreshold: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
  functions,
  acceptance,
  tasks: arbitraryTasks,
}) as fc.Arbitrary<ProjectSpec>;

/** Keys of the spec's own mappings, not of the values that people put into it. */
function inSnakeCase(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => inSnakeCase(item, key));
  if (typeof value !== 'object' || value === null || ['inputs', 'arguments', 'returns'].includes(key)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name === 'packageName' ? 'package' : toSnakeCase(name), inSnakeCase(item, name)]),
  );
}

const findings = (text: string) => {
  const result = safeParseProjectSpec(text);
  return result.ok ? [] : result.findings.map(({ code, path, expected, got, line }) => `${line ?? '-'} ${code} ${path}: ${expected} | ${got}`);
};
const codes = (text: string) => {
  const result = safeParseProjectSpec(text);
  return result.ok ? [] : result.findings.map(({ code }) => code);
};
const bare = 'name: N\ndescription: It is.\n';
const valid = 'name: Converter\ngoals: [It converts.]\nbudget_total: 1000\n';

describe('parseProjectSpec', () => {
  it('reads back what was written, as YAML and as JSON, in camelCase and in snake_case', () => {
    fc.assert(
      fc.property(arbitrarySpec, (spec) => {
        expect(parseProjectSpec(writeYaml(spec))).toEqual(spec);
        expect(parseProjectSpec(writeYaml(inSnakeCase(spec)))).toEqual(spec);
        expect(parseProjectSpec(JSON.stringify(inSnakeCase(spec)))).toEqual(spec);
        expect(projectSpecSchema.parse(spec)).toEqual(spec);
      }),
      { numRuns: 60 },
    );
  });

  it('answers garbage with findings, and pollutes nothing', () => {
    const yamlish = fc
      .array(
        fc.constantFrom(
          'name',
          'goals',
          'tasks',
          'functions',
          'signature',
          ': ',
          '- ',
          '\n',
          '  ',
          '{',
          '}',
          '[',
          ']',
          ',',
          '"',
          "'",
          '&a ',
          '*a',
          '!!x ',
          '<<',
          '|',
          '>',
          '?',
          '#',
          '%',
          '---\n',
          '__proto__',
          '.nan',
          '1',
          '~',
          '\t',
          '\u0000',
          '\ud800',
        ),
        { maxLength: 60 },
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(yamlish, fc.string({ unit: 'binary', maxLength: 200 }), fc.json()), (text) => {
        try {
          parseProjectSpec(text);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidInputError);
          expect((error as InvalidInputError).code).toBe('spec.invalid');
          expect((error as InvalidInputError).findings.length).toBeGreaterThan(0);
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('fills in the defaults', () => {
    expect(parseProjectSpec(valid)).toEqual({
      name: 'Converter',
      goals: ['It converts.'],
      constraints: [],
      context: '',
      language: 'python',
      packageName: 'converter',
      budgetTotal: 1000,
      timeoutMinutes: 15,
      qualityThreshold: 0.8,
      functions: [],
      acceptance: [],
      tasks: [],
    });
  });

  it('writes out the shorthands', () => {
    const spec = parseProjectSpec(`name: Word counter
description: It counts words.
language: Python
budget: { tokens: 500, dollars: 0.25 }
context: { users: students, tone: plain }
functions:
  - signature: count( text :str,by:dict[str,list[int]] )->int
    sentence: Counts.
    examples: [{ arguments: [a b, {}], returns: 2 }]
acceptance:
  - { run: [add, 2.0, 05, 0x1F, 1e3, true, "x y"], stdout: 2.50 }
`);
    expect(spec).toMatchObject({
      goals: ['It counts words.'],
      context: 'users: students\ntone: plain',
      budgetTotal: 500,
      budgetDollars: 0.25,
      packageName: 'word_counter',
      language: 'python',
    });
    expect(spec.functions[0]).toMatchObject({
      name: 'count',
      parameters: [
        { name: 'text', type: 'str' },
        { name: 'by', type: 'dict[str, list[int]]' },
      ],
      returns: 'int',
    });
    expect(spec.acceptance).toEqual([{ run: ['add', '2.0', '05', '0x1F', '1e3', 'true', 'x y'], exitCode: 0, stdout: '2.50' }]);
  });

  it('keeps the description beside goals as the first line of the context', () => {
    expect(parseProjectSpec(`${valid}description: For schools.\ncontext: Offline.\n`)).toMatchObject({
      goals: ['It converts.'],
      context: 'For schools.\nOffline.',
    });
  });

  it('takes an alias for what it stands for', () => {
    expect(
      parseProjectSpec(`${valid}acceptance: [{ run: &line [add, 2.0] }, { run: *line, exit_code: 1 }]\n`).acceptance.map(({ run }) => run),
    ).toEqual([
      ['add', '2.0'],
      ['add', '2.0'],
    ]);
  });

  it('names everything that is wrong with a broken spec at once, in the order of the text', () => {
    const text = `nam: x
goals: []
bugdet_total: -5
budgetTotal: -5
timeout_minutes: 0
quality_threshold: 1.5
language: [python]
tasks:
  - { id: a, type: code, description: First., dependencies: [b, a], estimated_tokens: 5, writes: [../../etc/passwd] }
  - { id: b, type: cod, description: " ", dependencies: [a], estimated_tokens: 1.5 }
  - { id: b, type: code, description: Third., dependencies: [aa, a] }
`;
    expect(findings(text)).toEqual([
      '1 spec.unknown-key nam: a known key, perhaps name | "nam"',
      '1 spec.missing name: a text | nothing',
      '2 spec.out-of-range goals: at least 1 item | an empty list',
      '3 spec.unknown-key bugdet_total: a known key, perhaps budget_total | "bugdet_total"',
      '4 spec.out-of-range budgetTotal: a number of at least 1 | -5',
      '5 spec.out-of-range timeout_minutes: a number of more than 0 | 0',
      '6 spec.out-of-range quality_threshold: a number of at most 1 | 1.5',
      '7 spec.wrong-type language: a text | a list of 1',
      '9 spec.cycle tasks[0].dependencies[0]: tasks that don’t wait for each other | a → b → a',
      '9 spec.cycle tasks[0].dependencies[1]: another task | the task itself',
      '9 spec.unsafe-path tasks[0].writes[0]: a path without . and .. parts | "../../etc/passwd"',
      '10 spec.out-of-range tasks[1].type: one of code, design, review, test | "cod"',
      '10 spec.out-of-range tasks[1].description: a sentence | " "',
      '10 spec.wrong-type tasks[1].estimated_tokens: a whole number | 1.5',
      '11 spec.missing tasks[2].estimated_tokens: a number | nothing',
      '11 spec.duplicate tasks[2].id: an id of its own | "b", the id of task 1 too',
    ]);
  });

  it('names everything that is wrong with what a task waits for, takes and hands on', () => {
    const text = `${valid}tasks:
  - id: triage
    type: code
    description: Rate it.
    estimated_tokens: 5
    estimated_minutes: -0.5
    trigger_rule: all_succeeded
    outputs:
      - { name: severity, type: text }
      - { name: __proto__, type: string }
      - { nam: x, type: string }
      - severity
    reads: [../secrets, docs]
  - id: mend
    type: code
    description: Mend it.
    dependencies: [triage]
    estimated_tokens: 5
    estimatedMinutes: 43201
    estimated_minutes: 1
    triggerRule: all-done
    inputs: { severity: 1 }
    inputs_from:
      - { input: severity, task: triag, output: "two\\nlines", type: int }
      - { task: triage, output: severity }
      - { input: constructor, task: triage, output: severity }
    when: { task: nobody, output: severity, operator: equals, value: .inf }
    outputs: { name: x }
`;
    const name = 'a name of 1 to 200 characters on one line, without control characters';
    expect(findings(text)).toEqual([
      '9 spec.out-of-range tasks[0].estimated_minutes: a number of at least 0 | -0.5',
      '10 spec.out-of-range tasks[0].trigger_rule: one of all-success, all-done, none-failed, none-failed-min-one-success, one-success, one-failed, always | "all_succeeded"',
      '12 spec.out-of-range tasks[0].outputs[0].type: one of string, number, integer, boolean, array, object | "text"',
      '13 spec.invalid-name tasks[0].outputs[1].name: a name that no object has by itself | "__proto__"',
      '14 spec.missing tasks[0].outputs[2].name: a text | nothing',
      '14 spec.unknown-key tasks[0].outputs[2].nam: a known key, perhaps name | "nam"',
      '15 spec.wrong-type tasks[0].outputs[3]: a mapping | "severity"',
      '16 spec.unsafe-path tasks[0].reads[0]: a path without . and .. parts | "../secrets"',
      '22 spec.out-of-range tasks[1].estimatedMinutes: a number of at most 43,200 | 43201',
      '23 spec.conflict tasks[1].estimated_minutes: one of estimatedMinutes and estimated_minutes, which name the same | both',
      '27 spec.conflict tasks[1].inputs_from[0].input: an input that inputs doesn’t give | "severity"',
      '27 spec.unknown-dependency tasks[1].inputs_from[0].task: the id of a task, perhaps "triage" | "triag"',
      `27 spec.invalid-name tasks[1].inputs_from[0].output: ${name} | "two\\nlines"`,
      '27 spec.out-of-range tasks[1].inputs_from[0].type: one of string, number, integer, boolean, array, object | "int"',
      '28 spec.missing tasks[1].inputs_from[1].input: a text | nothing',
      '29 spec.invalid-name tasks[1].inputs_from[2].input: a name that no object has by itself | "constructor"',
      '30 spec.out-of-range tasks[1].when.value: a finite number | .inf',
      '31 spec.wrong-type tasks[1].outputs: a list | a mapping of 1',
    ]);
  });

  it.each([
    [
      'a field under both of its names',
      `${valid}budgetTotal: 5\n`,
      '4 spec.conflict budgetTotal: one of budget_total and budgetTotal, which name the same | both',
    ],
    ['money twice', `${bare}budget_dollars: 1\nbudget: { tokens: 5 , dollars: 2}`, '4 spec.conflict budget: either budget or budget_dollars | both'],
    ['two ways to say the budget', `${valid}budget: { tokens: 5 }\n`, '4 spec.conflict budget: either budget or budget_total | both'],
    ['a key twice', `${valid}name: Other\n`, '4 spec.duplicate name: every key once | a second one on line 4, the first on line 1'],
    ['a negative budget', valid.replace('1000', '-1000'), '3 spec.out-of-range budget_total: a number of at least 1 | -1000'],
    ['half a token', valid.replace('1000', '0.5'), '3 spec.wrong-type budget_total: a whole number | 0.5'],
    ['a budget in words', valid.replace('1000', 'lots'), '3 spec.wrong-type budget_total: a number | "lots"'],
    ['thirty-one days', `${valid}timeout_minutes: 44640\n`, '4 spec.out-of-range timeout_minutes: a number of at most 43,200 | 44640'],
    ['an endless timeout', `${valid}timeout_minutes: .inf\n`, '4 spec.wrong-type timeout_minutes: a number | .inf'],
    [
      'a key that reaches prototypes',
      `${valid}__proto__: { polluted: true }\n`,
      '4 spec.unsafe-key __proto__: a key that no object has by itself | "__proto__"',
    ],
    [
      'such a key deep inside',
      `${valid}context: { constructor: x }\n`,
      '4 spec.unsafe-key context.constructor: a key that no object has by itself | "constructor"',
    ],
    ['a merge key', `${valid}<<: { language: python }\n`, '4 spec.unsupported-yaml ["<<"]: the keys themselves | a merge key'],
    ['a tag', `${valid}context: !!js/function x\n`, '4 spec.unsupported-yaml context: a value without a tag of its own | the tag !!js/function'],
    [
      'a date by its tag',
      `${valid}context: !!timestamp 2024-01-01\n`,
      '4 spec.unsupported-yaml context: a value without a tag of its own | the tag !!timestamp',
    ],
    ['two documents', `${valid}---\nname: x\n`, '4 spec.unsupported-yaml : one YAML document | another one'],
    [
      'a signature without quotes',
      `${valid}functions:\n- signature: f(a: int) -> int\n`,
      "5 spec.not-yaml : YAML, where a text with a colon and a space in it stands in quotes | text that can't be read: Nested mappings are not allowed in compact mappings",
    ],
    ['an alias of nothing', `${valid}context: *nothing\n`, '4 spec.unsupported-yaml context: an anchor "nothing" that ends before its alias | none'],
    [
      'a control character in a name',
      valid.replace('Converter', '"a\\u0007b"'),
      '1 spec.invalid-name name: a name of 1 to 200 characters on one line, without control characters | "a\\u0007b"',
    ],
    ['half a character', `${valid}context: "\\ud800"\n`, '4 spec.invalid-text context: Unicode text | half a surrogate pair'],
    ['a text for a file', 'just words', '1 spec.wrong-type : a mapping | "just words"'],
    ['nothing at all', '', '1 spec.wrong-type : a mapping | nothing'],
    ['a package that hides a module', `${valid}package: json\n`, `4 spec.invalid-name package: a name that python doesn't keep for itself | "json"`],
  ])('refuses %s', (_, text, finding) => {
    expect(findings(text)).toContain(finding);
  });

  it.each([
    [
      'an argument too many',
      '{ signature: "f(a: int) -> int", sentence: S., examples: [{ arguments: [1, 2], returns: 1 }] }',
      'spec.argument-count functions[0].examples[0].arguments: 1 argument | 2',
    ],
    [
      'a figure that is none',
      '{ signature: "f(a: int) -> int", sentence: S., examples: [{ arguments: [.nan], returns: 1 }] }',
      'spec.out-of-range functions[0].examples[0].arguments[0]: a finite number | .nan',
    ],
    [
      'an integer that a double rounds',
      '{ signature: "f(a: int) -> int", sentence: S., examples: [{ arguments: [9007199254740993], returns: 1 }] }',
      'spec.out-of-range functions[0].examples[0].arguments[0]: an integer between -9007199254740991 and 9007199254740991 | 9007199254740993',
    ],
    [
      'two outcomes',
      '{ signature: "f() -> int", sentence: S., examples: [{ arguments: [], returns: 1, raises: E }] }',
      'spec.conflict functions[0].examples[0].returns: either returns or raises | both',
    ],
    [
      'no outcome',
      '{ signature: "f() -> int", sentence: S., examples: [{ arguments: [] }] }',
      'spec.missing functions[0].examples[0].returns: either returns or raises | neither',
    ],
    [
      'contradicting examples',
      '{ signature: "f() -> int", sentence: S., examples: [{ arguments: [], returns: 1 }, { arguments: [], returns: 2 }] }',
      'spec.conflict functions[0].examples[1]: the outcome of example 0, which has the same arguments | another one',
    ],
    [
      'a broken signature',
      '{ signature: "f(a: int -> int", sentence: S. }',
      'spec.invalid-signature functions[0].signature: a comma or a closing parenthesis at character 10, as in `name(parameter: type) -> type` | "-> int"',
    ],
    ['signature and name', '{ signature: "f() -> int", name: f, sentence: S. }', 'spec.conflict functions[0].name: either signature or name | both'],
    ['no signature', '{ sentence: S. }', 'spec.missing functions[0].signature: a signature, or name, parameters and returns | nothing'],
    [
      'a reserved name',
      '{ signature: "lambda() -> int", sentence: S. }',
      `spec.invalid-name functions[0].signature: a name that python doesn't keep for itself | "lambda"`,
    ],
    [
      'a use of nothing',
      '{ signature: "f() -> int", sentence: S., uses: [g] }',
      'spec.unknown-function functions[0].uses[0]: the name of a function of the spec | "g"',
    ],
    [
      'a use of itself',
      '{ signature: "f() -> int", sentence: S., uses: [f] }',
      'spec.cycle functions[0].uses[0]: another function | the function itself',
    ],
  ])('refuses a function with %s, and says nothing else of it', (_, text, finding) => {
    expect(findings(`${valid}functions:\n- ${text}\n`)).toEqual([`5 ${finding}`]);
  });

  it("refuses two tasks that write one path without an order, takes an order, and refuses paths that can't both be there", () => {
    const task = (id: string, path: string, dependencies = '') =>
      `- { id: ${id}, type: code, description: D., estimated_tokens: 0, writes: [${path}], dependencies: [${dependencies}] }\n`;
    const both = (first: string, second: string, dependencies = '') =>
      findings(`${valid}tasks:\n${task('a', first)}${task('b', second, dependencies)}`);
    expect(both('x.py', 'x.py')).toEqual([
      '6 spec.write-conflict tasks[1].writes[0]: a path of its own, or an order between "a" and "b", which both write it | "x.py"',
    ]);
    expect(both('x.py', 'X.py', 'a')).toEqual([
      '6 spec.write-conflict tasks[1].writes[0]: names that are those of "x.py" of task "a" or differ from them in more than case and Unicode form | "X.py"',
    ]);
    expect(both('x', 'x/y', 'a')).toEqual([
      '6 spec.write-conflict tasks[1].writes[0]: a path that agrees with "x" of task "a" on what is a file and what a folder | "x/y"',
    ]);
    expect(codes(`${valid}tasks:\n${task('a', 'x.py')}${task('m', 'y.py', 'a')}${task('b', 'x.py', 'm')}`)).toEqual([]);
  });

  it.each(['__proto__', 'constructor', '../../etc/passwd', 'a/b', '', ' ', 'a\\nb', 'a'.repeat(101), '\\u202e'])('refuses the id %j', (id) => {
    const text = `${valid}tasks:\n- { id: "${id}", type: code, description: D., estimated_tokens: 0 }\n`;
    expect(codes(text)).toEqual(['spec.unsafe-id']);
  });

  it('refuses an alias bomb without letting it off', () => {
    const names = [...'abcdefghij'];
    const rows = names.map(
      (name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => (index === 0 ? 'x' : `*${names[index - 1]}`)).join(', ')}]`,
    );
    expect(codes(`${valid}context:\n${rows.map((row) => `  ${row}\n`).join('')}`)).toContain('spec.too-many-aliases');
    expect(codes(`${valid}context: &self [*self]\n`)).toContain('spec.unsupported-yaml');
  });

  it.each([
    ['brackets', '['.repeat(500_000)],
    ['braces', '{a: '.repeat(200_000)],
    ['dashes', '- '.repeat(500_000)],
    ['JSON', '{"a":'.repeat(200_000)],
    ['33 levels', `${valid}context: ${'['.repeat(32)}${']'.repeat(32)}\n`],
  ])('refuses depth: %s', (_, text) => {
    expect(codes(text)).toEqual(['spec.too-deep']);
  });

  it.each([
    ['11 MB', 'a'.repeat(11_000_000), 'spec.too-large : at most 1,048,576 bytes | 11,000,000 bytes'],
    ['1 MiB of letters that take two bytes', 'é'.repeat(1_000_000), 'spec.too-large : at most 1,048,576 bytes | 2,000,000 bytes'],
  ])('refuses %s in one line', (_, text, finding) => {
    expect(findings(text)).toEqual([`- ${finding}`]);
  });

  it('refuses more of anything than the limits allow', () => {
    expect(codes(`${valid}context: ${'a'.repeat(20_001)}\n`)).toContain('spec.too-large');
    expect(
      codes(`${valid}functions:\n${Array.from({ length: 501 }, (_, index) => `- { signature: f${index}() -> int, sentence: S. }\n`).join('')}`),
    ).toEqual(['spec.out-of-range']);
    const tasks = (count: number) =>
      Array.from({ length: count }, (_, index) => `- { id: t${index}, type: code, description: D., estimated_tokens: 0 }\n`).join('');
    expect(codes(`${valid}tasks:\n${tasks(700)}`)).toEqual([]);
    expect(codes(`${valid}tasks:\n${tasks(2_001)}`)).toEqual(['spec.out-of-range']);
    expect(
      codes(
        `${valid}functions:\n- { signature: f(a:int) -> int, sentence: S., examples: [${Array.from({ length: 501 }, (_, index) => `{arguments: [${index}], returns: 1}`).join(', ')}] }\n`,
      ),
    ).toEqual(['spec.out-of-range']);
    expect(codes('- ]\n'.repeat(200_000))).toEqual(['spec.too-large']);
  });

  it('refuses what Temporal could not carry, with its size, though its text is short enough', () => {
    const texts = (count: number) => `- ${'a'.repeat(9_000)}\n`.repeat(count);
    expect(codes(`${valid}constraints:\n${texts(43)}`)).toEqual([]);
    expect(findings(`${valid}constraints:\n${texts(50)}`)).toEqual(['1 spec.too-large : at most 393,216 bytes as JSON | 450,374 bytes']);
    const aliased = `${valid}context: &long ${'a'.repeat(9_000)}\nconstraints: [${Array(60).fill('*long').join(', ')}]\n`;
    expect(findings(aliased)).toEqual(['1 spec.too-large : at most 393,216 bytes as JSON | 549,404 bytes']);
    const tasks = Array.from({ length: 2_000 }, (_, index) => `- { id: t${index}, type: code, description: D., estimated_tokens: 0 }\n`).join('');
    expect(codes(`${valid}tasks:\n${tasks}`)).toEqual([]);
  });

  it('lists 200 problems and counts the rest', () => {
    const result = safeParseProjectSpec(`${valid}${Array.from({ length: 300 }, (_, index) => `key${index}: 1\n`).join('')}`);
    expect(result.ok ? [] : [result.findings.length, result.findings.at(-1)]).toEqual([
      201,
      { code: 'spec.too-many-problems', path: '', expected: 'at most 200 problems', got: '100 more' },
    ]);
  });

  it('says what was read and where, in a message of its own', () => {
    expect(() => parseProjectSpec(`${valid}gaols: [x]\n`, { subject: 'examples/simple_cli.yaml' })).toThrow(
      'examples/simple_cli.yaml has 1 problem: gaols (line 4, column 1): expected a known key, perhaps goals, got "gaols"',
    );
  });
});
