import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TaskGraphDocument } from '../task-graph-document.js';
import type { TaskNode } from '../task-node.js';
import { compileTaskGraph } from './compile-task-graph.js';
import { formFindings } from './form-findings.js';

const giver: TaskNode = {
  id: 'giver',
  type: 'code',
  description: 'Give.',
  dependencies: [],
  estimatedTokens: 1,
  inputs: {},
  writes: [],
  successCriteria: [],
  outputs: [{ name: 'count', type: 'integer' }],
};

/** Every field that a task can have. */
const taker: Required<TaskNode> = {
  ...giver,
  id: 'taker',
  dependencies: ['giver'],
  outputs: [],
  triggerRule: 'all-success',
  when: { all: [{ not: { task: 'giver', output: 'count', operator: 'one-of', value: [1, 2] } }] },
  estimatedMinutes: 1,
  optional: true,
  persona: 'engineer',
  template: 'python-function',
  inputsFrom: [{ input: 'count', task: 'giver', output: 'count', type: 'integer' }],
  reads: [],
  writes: ['a.txt'],
};

const plan = (last: object): TaskGraphDocument =>
  ({ nodes: [giver, last], budgetTotal: 10, timeoutMinutes: 10, qualityThreshold: 0, deliverables: ['a.txt'] }) as unknown as TaskGraphDocument;

const comparison = { task: 'giver', output: 'count', operator: 'equals', value: 1 };

/** What no field may hold, by field. */
const WRONG: Readonly<Record<keyof TaskNode, readonly unknown[]>> = {
  id: [1, null, undefined],
  type: [1, undefined],
  description: [null, undefined],
  dependencies: ['giver', null, [1], undefined],
  estimatedTokens: ['1', null, undefined],
  estimatedMinutes: ['1', null],
  optional: ['true', 1, null],
  persona: [1, null],
  template: [1, null],
  triggerRule: [1, null],
  inputs: [null, [], 'x', undefined],
  inputsFrom: [
    null,
    {},
    [null],
    [{ input: 'a', task: 'b' }],
    [{ input: 'a', task: 'b', output: 1 }],
    [{ input: 'a', task: 'b', output: 'c', type: 1 }],
  ],
  outputs: [null, {}, ['count'], [{ name: 'a' }], [{ type: 'string' }]],
  reads: [null, 'a', [null]],
  writes: [null, 'a.txt', [['a.txt']], undefined],
  successCriteria: [null, 'good', [1], undefined],
  when: [
    null,
    [],
    'x',
    {},
    { all: 1 },
    { any: {} },
    { all: [null] },
    { not: null },
    { not: {} },
    { all: undefined },
    { ...comparison, task: 1 },
    { ...comparison, output: null },
    { ...comparison, operator: 'toString' },
    { ...comparison, value: null },
    { ...comparison, operator: 'one-of' },
    { ...comparison, operator: 'one-of', value: [[]] },
    { ...comparison, operator: 'at-least', value: '1' },
  ],
};

describe('formFindings', () => {
  it('finds nothing where every field is of its form', () => {
    expect(formFindings(plan(taker))).toEqual([]);
    expect(compileTaskGraph(plan(taker)).findings).toEqual([]);
    const absent = Object.fromEntries(Object.keys(taker).map((field) => [field, undefined]));
    expect(formFindings(plan({ ...absent, ...giver }))).toEqual([]);
  });

  it.each(Object.entries(WRONG))('finds every wrong value of %s, and nothing else', (field, values) => {
    for (const value of values) {
      const { ok, findings } = compileTaskGraph(plan({ ...taker, [field]: value }));
      expect({ ok, findings }).toEqual({ ok: false, findings: [expect.objectContaining({ code: 'graph.malformed', witness: [field] })] });
      expect(findings[0]?.taskIds).toEqual(field === 'id' ? [] : ['taker']);
    }
  });

  it('names all that is wrong at once, and says what came', () => {
    const messages = formFindings(plan({ id: 'a\n', dependencies: [1], estimatedTokens: 'many' })).map(({ message }) => message);
    expect(messages).toEqual([
      'Expected type of task "a\\n" to be a text, got undefined.',
      'Expected description of task "a\\n" to be a text, got undefined.',
      'Expected estimatedTokens of task "a\\n" to be a number, got "many".',
      'Expected dependencies of task "a\\n" to be a list of texts, got a list that holds something else.',
      'Expected writes of task "a\\n" to be a list of texts, got undefined.',
      'Expected successCriteria of task "a\\n" to be a list of texts, got undefined.',
      'Expected inputs of task "a\\n" to be a mapping, got undefined.',
    ]);
  });

  it('looks at the plan too: a limit that is none would allow everything', () => {
    const sound = plan(taker);
    for (const [field, value] of [
      ['budgetTotal', undefined],
      ['budgetTotal', Number.NaN],
      ['timeoutMinutes', '10'],
      ['qualityThreshold', null],
      ['deliverables', 'a.txt'],
      ['nodes', {}],
    ] as const) {
      expect(compileTaskGraph({ ...sound, [field]: value } as unknown as TaskGraphDocument).findings).toMatchObject([{ witness: [field] }]);
    }
    expect(compileTaskGraph({ ...sound, nodes: [giver, null] } as unknown as TaskGraphDocument).findings).toMatchObject([{ witness: ['nodes[1]'] }]);
    expect(compileTaskGraph({ ...sound, budgetTotal: Number.POSITIVE_INFINITY }).ok).toBe(true);
  });

  it('answers whatever it is given, however deep', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.constantFrom(...Object.keys(taker)), (document, value, field) => {
        expect(compileTaskGraph(document as TaskGraphDocument).ok).toBe(false);
        compileTaskGraph(plan({ ...taker, [field]: value }));
      }),
      { numRuns: 2_000 },
    );
    let when: unknown = comparison;
    for (let depth = 0; depth < 8; depth += 1) when = { not: when };
    expect(formFindings(plan({ ...taker, when }))).toEqual([]);
    const message =
      'Expected when of task "taker" to be a condition with at most 8 of all, any and not inside each other, got a mapping of another form.';
    for (let depth = 0; depth < 100_000; depth += 1) when = { any: [when] };
    expect(formFindings(plan({ ...taker, when })).map((found) => found.message)).toEqual([message]);
  });
});
