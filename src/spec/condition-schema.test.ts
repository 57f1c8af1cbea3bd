import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition } from '../graph/condition.js';
import { conditionShape } from './condition-schema.js';
import { arbitraryCondition } from './fixtures/arbitrary-task.js';
import { safeParseProjectSpec } from './parse-project-spec.js';
import { taskNodeSchema } from './task-node-schema.js';

const high = { task: 'triage', output: 'severity', operator: 'equals', value: 'high' } as const;
const nest = (depth: number, inner: unknown = high): unknown => {
  let condition = inner;
  for (let level = 0; level < depth; level += 1) condition = level % 2 === 0 ? { not: condition } : { all: [condition] };
  return condition;
};
const problems = (condition: unknown) =>
  (conditionShape.safeParse(condition).error?.issues ?? []).map((issue) => {
    const { kind = issue.code, expected = issue.message } = (issue.code === 'custom' ? issue.params : undefined) ?? {};
    return `${kind} ${issue.path.join('.')}: ${expected}`;
  });

const findings = (when: string) => {
  const task = 'type: code, description: D., estimated_tokens: 0';
  const result = safeParseProjectSpec(
    `name: N\ngoals: [G.]\nbudget_total: 1\ntasks:\n- { id: triage, ${task} }\n- id: b\n  type: code\n  description: D.\n  estimated_tokens: 0\n  when:\n${when}`,
  );
  return result.ok ? [] : result.findings.map(({ code, path, expected, got, line }) => `${line} ${code} ${path}: ${expected} | ${got}`);
};

describe('conditionShape', () => {
  it('takes every condition, and copies it', () => {
    fc.assert(
      fc.property(arbitraryCondition(['a', 'b']), (condition) => {
        const parsed = conditionShape.parse(condition);
        expect(parsed).toEqual(condition);
        expect(parsed).not.toBe(condition);
      }),
    );
  });

  it('answers to anything with a condition or with problems', () => {
    const part = fc.oneof(
      fc.anything(),
      fc.dictionary(
        fc.constantFrom('all', 'any', 'not', 'task', 'output', 'operator', 'value', '__proto__'),
        fc.oneof(fc.anything(), fc.constant([high, { not: 1 }]), fc.constantFrom('equals', 'one-of', 'at-most', 1, true, 'a')),
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          part,
          fc.array(part).map((all) => ({ all })),
          part.map((not) => ({ not })),
        ),
        (value) => {
          const parsed = conditionShape.safeParse(value);
          if (parsed.success) expect(conditionShape.parse(parsed.data)).toEqual(parsed.data);
          else expect(parsed.error.issues.every(({ message }) => message !== 'Invalid input')).toBe(true);
          expect(Object.keys(Object.prototype)).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('names everything that is wrong at its line, with what was expected and what came', () => {
    expect(
      findings(`    any:
      - { task: triage, output: severity, operator: equal, value: high }
      - { task: triage, output: score, operator: at-least, value: "0.5" }
      - { task: triage, output: score, operator: one-of, value: [1, null] }
      - { task: ../x, output: "a\\u0000", operator: equals }
      - all: { task: triage }
      - not: { task: triage, output: ok, operator: not-equals, value: [true] }
        if: 1
      - triage.severity == "high"
      - { all: [], any: [], value: 1 }
      - {}
`),
    ).toEqual([
      '12 spec.out-of-range tasks[1].when.any[0].operator: one of equals, not-equals, one-of, less-than, at-most, greater-than, at-least | "equal"',
      '13 spec.wrong-type tasks[1].when.any[1].value: a number | "0.5"',
      '14 spec.wrong-type tasks[1].when.any[2].value[1]: a text, a finite number, true or false | nothing',
      '15 spec.missing tasks[1].when.any[3].value: a text, a finite number, true or false | nothing',
      '15 spec.unsafe-id tasks[1].when.any[3].task: an id of 1 to 100 letters, digits, spaces and . _ - + : @ that begins with a letter, a digit or an underscore | "../x"',
      '15 spec.unknown-dependency tasks[1].when.any[3].task: the id of a task | "../x"',
      '15 spec.invalid-name tasks[1].when.any[3].output: a name of 1 to 200 characters on one line, without control characters | "a\\u0000"',
      '16 spec.wrong-type tasks[1].when.any[4].all: a list | a mapping of 1',
      '17 spec.wrong-type tasks[1].when.any[5].not.value: a text, a finite number, true or false | a list of 1',
      '18 spec.unknown-key tasks[1].when.any[5].if: nothing beside not | 1',
      '19 spec.wrong-type tasks[1].when.any[6]: a condition: all, any, not, or a comparison of an output | "triage.severity == \\"high\\""',
      '20 spec.conflict tasks[1].when.any[7].any: nothing beside all | an empty list',
      '20 spec.conflict tasks[1].when.any[7].value: nothing beside all | 1',
      '21 spec.missing tasks[1].when.any[8].task: a text | nothing',
      '21 spec.missing tasks[1].when.any[8].output: a text | nothing',
      '21 spec.missing tasks[1].when.any[8].operator: one of equals, not-equals, one-of, less-than, at-most, greater-than, at-least | nothing',
      '21 spec.missing tasks[1].when.any[8].value: a value | nothing',
    ]);
  });

  it('takes eight combinations inside each other and no ninth, two hundred parts and no more', () => {
    expect(problems(nest(8))).toEqual([]);
    expect(problems(nest(9))).toEqual(['too-deep not.all.0.not.all.0.not.all.0.not.all.0: at most 8 of all, any and not inside each other']);
    const row = (length: number) => ({ all: Array(length).fill(high) });
    expect(problems({ any: [row(98), row(99)] })).toEqual([]);
    expect(problems({ any: [row(99), row(99)] })).toEqual(['too-large : a condition of at most 200 parts']);
    expect(problems(row(100))).toEqual([]);
    expect(problems({ ...high, operator: 'one-of', value: Array(100).fill('x') })).toEqual([]);
    expect(problems({ ...high, operator: 'one-of', value: Array(101).fill('x') })).toEqual([expect.stringMatching(/^too_big value: /)]);
    expect(problems(row(101))).toEqual([expect.stringMatching(/^too_big all: /)]);
  });

  it('ends on what is a million deep, a million wide, or contains itself', () => {
    expect(problems(nest(1_000_000))).toEqual([expect.stringMatching(/^too-deep /)]);
    expect(problems({ all: Array(1_000_000).fill(high) })).toEqual(['too-large : a condition of at most 200 parts']);
    const endless: { all: unknown[] } = { all: [] };
    endless.all.push(endless, endless);
    expect(problems(endless)).toEqual(['too-large : a condition of at most 200 parts']);
    let doubled: unknown = high;
    for (let depth = 0; depth < 8; depth += 1) doubled = { any: Array(100).fill(doubled) };
    expect(problems(doubled)).toEqual(['too-large : a condition of at most 200 parts']);
    let alternating: unknown = high;
    for (let depth = 0; depth < 4; depth += 1) alternating = { any: Array(100).fill({ not: alternating }) };
    expect(problems(alternating)).toEqual(['too-large : a condition of at most 200 parts']);
    const task = { id: 'b', type: 'code', description: 'D.', estimatedTokens: 0 };
    expect(taskNodeSchema.safeParse({ ...task, when: nest(1_000_000) }).success).toBe(false);
  });

  it.each([
    ['no number', Number.NaN],
    ['an infinite one', Number.POSITIVE_INFINITY],
    ['null', null],
    ['undefined', undefined],
    ['a list', [1]],
    ['a mapping', {}],
    ['an integer of another kind', 1n],
    ['half a character', '\ud800'],
    ['a long text', 'x'.repeat(20_001)],
  ])('does not compare with %s', (_, value) => {
    expect(problems({ ...high, value })).toEqual(['wrong-type value: a text, a finite number, true or false']);
  });

  it.each(['__proto__', 'constructor', 'prototype'])('takes no output %s', (output) => {
    expect(problems({ ...high, output })).toEqual(['invalid-name output: a name that no object has by itself']);
  });

  it('sees keys that reach prototypes, and inherits none', () => {
    expect(problems(JSON.parse('{"__proto__": {"all": []}, "not": {"task":"a","output":"b","operator":"equals","value":1}}'))).toEqual([
      'unknown-key __proto__: nothing beside not',
    ]);
    expect(problems(Object.create({ all: [] }))).toEqual(['wrong-type : a condition: all, any, not, or a comparison of an output']);
    expect(problems({ all: [], any: undefined })).toEqual(['conflict any: nothing beside all']);
  });

  it('is not asked for where a task has none', () => {
    const task = { id: 'b', type: 'code', description: 'D.', estimatedTokens: 0 };
    expect(taskNodeSchema.parse(task)).not.toHaveProperty('when');
    expect(taskNodeSchema.safeParse({ ...task, when: null }).success).toBe(false);
    const when: Condition = { not: high };
    expect(taskNodeSchema.parse({ ...task, when }).when).toEqual(when);
  });
});
