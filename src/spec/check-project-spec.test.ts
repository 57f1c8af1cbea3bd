import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkProjectSpec } from './check-project-spec.js';
import { parseProjectSpec } from './parse-project-spec.js';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const texts = readdirSync(examples)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => [name, readFileSync(`${examples}/${name}`, 'utf8')] as const);

const spec = { name: 'Test', goals: ['A goal.'], budgetTotal: 1_000 };
const task = (id: string, dependencies: readonly string[] = []) => ({ id, type: 'code', description: 'Do it.', dependencies, estimatedTokens: 1 });
const findings = (value: unknown) => {
  const checked = checkProjectSpec(value);
  return checked.ok ? [] : checked.findings.map(({ code, path, got }) => `${code} ${path}: ${got}`);
};

describe('checkProjectSpec', () => {
  it.each(texts)('changes nothing of a spec that was parsed: %s', (_name, text) => {
    const parsed = parseProjectSpec(text);
    expect(checkProjectSpec(parsed)).toEqual({ ok: true, spec: parsed });
    expect(checkProjectSpec(JSON.parse(JSON.stringify(parsed)))).toEqual({ ok: true, spec: parsed });
  });

  it('takes fields that are undefined for absent', () => {
    expect(findings({ ...spec, context: undefined, tasks: [{ ...task('a'), persona: undefined }] })).toEqual([]);
  });

  it('names every place in the TypeScript names, without lines of a text that there is not', () => {
    const wrong = {
      ...spec,
      budget_total: 5,
      budgetTotal: '5',
      tasks: [task('a', ['b', 'nope']), task('b', ['a']), { ...task('a'), inputs: { x: Number.NaN } }],
    };
    expect(findings(wrong)).toEqual([
      'spec.wrong-type budgetTotal: "5"',
      'spec.wrong-type tasks[2].inputs: a mapping of 1',
      'spec.unknown-key budget_total: "budget_total"',
      'spec.duplicate tasks[2].id: "a", the id of task 0 too',
      'spec.unknown-dependency tasks[0].dependencies[1]: "nope"',
      'spec.cycle tasks[0].dependencies[0]: a → b → a',
    ]);
    const checked = checkProjectSpec(wrong);
    expect(checked.ok ? [] : checked.findings.flatMap(({ line }) => line ?? [])).toEqual([]);
  });

  it.each([
    [undefined, 'spec.wrong-type : nothing'],
    [null, 'spec.wrong-type : nothing'],
    ['name: text', 'spec.wrong-type : "name: text"'],
    [[spec], 'spec.wrong-type : a list of 1'],
    [new Map(), 'spec.wrong-type : an object of class Map'],
    [{ ...spec, context: 1n }, 'spec.wrong-type context: a value of type bigint'],
    [{ ...spec, context: new Date(0) }, 'spec.wrong-type context: an object of class Date'],
    [{ ...spec, goals: [() => 'a goal'] }, 'spec.wrong-type goals[0]: a value of type function'],
  ])('refuses %s', (value, finding) => {
    expect(findings(value)).toEqual([finding]);
  });

  it('ends on a value that contains itself, and on one without bounds', () => {
    const endless: Record<string, unknown> = { ...task('a') };
    endless.inputs = { endless };
    expect(findings({ ...spec, tasks: [endless] })).toContain('spec.too-deep : more');
    let wide: unknown = 'x';
    for (let depth = 0; depth < 20; depth += 1) wide = { a: wide, b: wide };
    expect(findings({ ...spec, tasks: [{ ...task('a'), inputs: wide }] })).toContain('spec.too-large : more');
  });

  it('leaves prototypes alone', () => {
    const hostile = JSON.parse(`{ "__proto__": { "polluted": true }, "tasks": [{ "__proto__": 1 }], "constructor": 1 }`) as unknown;
    expect(findings(hostile)).toContain('spec.unknown-key __proto__: "__proto__"');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('answers to anything, and what it accepts it accepts again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.record({ name: fc.anything(), goals: fc.anything(), budgetTotal: fc.anything() })), (value) => {
        const checked = checkProjectSpec(value);
        if (checked.ok) expect(checkProjectSpec(checked.spec)).toEqual(checked);
        else expect(checked.findings.length).toBeGreaterThan(0);
      }),
    );
  });
});
