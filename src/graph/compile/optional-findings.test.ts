import { describe, expect, it } from 'vitest';
import { taskNode } from '../fixtures/arbitrary-graph.js';
import { TriggerRule } from '../trigger-rule.js';
import { compileTaskGraph } from './compile-task-graph.js';
import { optionalFindings } from './optional-findings.js';

const extra = taskNode('extra', [], { optional: true });
const last = (triggerRule?: TriggerRule, dependencies = ['extra']) =>
  taskNode('last', dependencies, triggerRule === undefined ? {} : { triggerRule });
const codesOf = (...nodes: Parameters<typeof optionalFindings>[0]) => optionalFindings(nodes).map(({ code, witness }) => [code, ...witness]);

describe('optionalFindings', () => {
  it('names who would be skipped with a task that may be dropped', () => {
    expect(codesOf(extra, last())).toEqual([['graph.optional-needed', 'last', 'extra']]);
    expect(codesOf(extra, last(TriggerRule.ONE_SUCCESS))).toHaveLength(1);
    expect(codesOf(extra, last(TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS))).toHaveLength(1);
  });

  it('finds nothing where the rule goes on without it, where others are enough, or where it may be dropped too', () => {
    for (const rule of [TriggerRule.NONE_FAILED, TriggerRule.ALL_DONE, TriggerRule.ALWAYS, TriggerRule.ONE_FAILED])
      expect(codesOf(extra, last(rule))).toEqual([]);
    const other = taskNode('other');
    expect(codesOf(extra, other, last(TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS, ['extra', 'other']))).toEqual([]);
    expect(codesOf(extra, { ...last(), optional: true })).toEqual([]);
    expect(codesOf(other, last(undefined, ['other']))).toEqual([]);
  });

  it('keeps such a plan from being carried out', () => {
    const compiled = compileTaskGraph({ nodes: [extra, last()], budgetTotal: 1e6, timeoutMinutes: 60, qualityThreshold: 0.8 });
    expect(compiled.ok).toBe(false);
    expect(compiled.findings.map(({ code }) => code)).toContain('graph.optional-needed');
  });
});
