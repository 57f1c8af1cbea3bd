import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryTasks } from './fixtures/arbitrary-task.js';
import { writeYaml } from './fixtures/write-yaml.js';
import { parsePlan } from './parse-plan.js';

const limits = { budgetTotal: 5_000, timeoutMinutes: 60, qualityThreshold: 0.75 };
const task = (id: string, rest: object = {}) => ({ id, type: 'code', description: 'Do it.', estimatedTokens: 1, ...rest });
const findings = (plan: unknown) => {
  const result = parsePlan(plan);
  return result.ok ? [] : result.findings.map(({ code, path, expected, got, line }) => `${line ?? '-'} ${code} ${path}: ${expected} | ${got}`);
};

describe('parsePlan', () => {
  it('reads every plan, as a value, as JSON and as YAML', () => {
    fc.assert(
      fc.property(arbitraryTasks, (nodes) => {
        const plan = { nodes, ...limits, deliverables: ['docs/manual.md'] };
        for (const form of [plan, JSON.stringify(plan), writeYaml(plan)]) {
          const result = parsePlan(form);
          expect(result.ok ? result.plan : result.findings).toEqual(plan);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('takes snake_case in texts, as specs do', () => {
    const text = JSON.stringify({ nodes: [{ id: 'a', type: 'code', description: 'D.', estimated_tokens: 3, trigger_rule: 'all_done' }] });
    const given = text.replace('}]}', '}], "budget_total": 7, "timeout_minutes": 2, "quality_threshold": 0.5}');
    expect(parsePlan(given)).toMatchObject({
      ok: true,
      plan: { nodes: [{ estimatedTokens: 3, triggerRule: 'all-done' }], budgetTotal: 7, timeoutMinutes: 2, qualityThreshold: 0.5 },
    });
  });

  it('takes a snapshot, which has no limits', () => {
    const { budgetTotal, timeoutMinutes, qualityThreshold } = (parsePlan({ formatVersion: 1, nodes: [task('a')] }) as { plan: typeof limits }).plan;
    expect({ budgetTotal, timeoutMinutes, qualityThreshold }).toEqual({
      budgetTotal: Number.MAX_SAFE_INTEGER,
      timeoutMinutes: Number.MAX_SAFE_INTEGER,
      qualityThreshold: 0,
    });
    expect(parsePlan('{"format_version": 1, "nodes": []}').ok).toBe(true);
  });

  it('leaves what is wrong between tasks to the compiler', () => {
    const nodes = [task('a', { dependencies: ['a', 'nobody'] }), task('a')];
    expect(findings({ nodes, ...limits })).toEqual([]);
    expect(findings({ formatVersion: 1, nodes })).toEqual([]);
    expect(findings({ nodes: [], ...limits })).toEqual([]);
  });

  it('says in the words of a task graph what is none', () => {
    expect(findings('{"nodes": "x"}')).toEqual([
      '1 spec.missing budget_total: a number | nothing',
      '1 spec.missing timeout_minutes: a number | nothing',
      '1 spec.missing quality_threshold: a number | nothing',
      '1 spec.wrong-type nodes: a list | "x"',
    ]);
    expect(findings('[1]')).toEqual(['1 spec.wrong-type : a mapping with nodes | a list of 1']);
    expect(findings(null)).toEqual(['- spec.wrong-type : a mapping with nodes | nothing']);
    expect(findings('{"nodes": [{"id": 1}], "format_version": 2, "surprise": 1}')).toEqual(
      expect.arrayContaining([
        '1 spec.wrong-type nodes[0].id: a text | 1',
        '1 spec.out-of-range format_version: 1 | 2',
        expect.stringMatching(/^1 spec\.unknown-key surprise: /),
      ]),
    );
  });

  it('says what is wrong with an id', () => {
    const expected = (id: string) => findings({ nodes: [task(id)], ...limits });
    expect(expected('__proto__')).toEqual([
      '- spec.unsafe-id nodes[0].id: an id other than __proto__, constructor and prototype, which objects have by themselves | "__proto__"',
    ]);
    expect(expected('a..b')).toEqual(['- spec.unsafe-id nodes[0].id: an id without two dots in a row | "a..b"']);
    expect(expected('a ')).toEqual(['- spec.unsafe-id nodes[0].id: an id that does not end with a space | "a "']);
    expect(expected('-a')).toEqual([expect.stringMatching(/: an id of 1 to 100 letters, digits, spaces and . _ - \+ : @ that begins with a letter/)]);
    expect(expected('two words')).toEqual([]);
  });

  it('reads plans larger than a spec may be', () => {
    const nodes = Array.from({ length: 700 }, (_, index) => task(`t${index}`, { description: 'd'.repeat(2_000) }));
    expect(findings(JSON.stringify({ nodes, ...limits }))).toEqual([]);
  });
});
