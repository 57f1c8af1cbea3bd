import { describe, expect, it } from 'vitest';
import { taskNode } from '../fixtures/arbitrary-graph.js';
import type { TaskNode } from '../task-node.js';
import { compileTaskGraph } from './compile-task-graph.js';

const outputs = [{ name: 'verdict', type: 'string' }] as const;
const is = (value: string) => ({ when: { task: 'decide', output: 'verdict', operator: 'equals', value } }) as const;
const nodes: readonly TaskNode[] = [
  taskNode('decide', [], { outputs, estimatedTokens: 50, estimatedMinutes: 5, writes: ['a'] }),
  taskNode('dear', ['decide'], { ...is('yes'), estimatedTokens: 100, estimatedMinutes: 10, writes: ['b'] }),
  taskNode('cheap', ['decide'], { ...is('no'), estimatedTokens: 10, estimatedMinutes: 1, writes: ['c'] }),
];
const document = { nodes, budgetTotal: 20, timeoutMinutes: 2, qualityThreshold: 0.8 };
const codes = (context: Parameters<typeof compileTaskGraph>[1]) => compileTaskGraph(document, context).findings.map(({ code }) => code);

describe('compileTaskGraph on a plan that is being carried out', () => {
  it('counts what is left to do, by the branch that was taken', () => {
    const hasBegun = (id: string) => id === 'decide';
    const outputsOf = (verdict: string) => (id: string) => (id === 'decide' ? { verdict } : undefined);
    expect(codes({})).toEqual(['graph.budget-infeasible', 'graph.deadline-infeasible']);
    expect(codes({ hasBegun })).toEqual(['graph.budget-infeasible', 'graph.deadline-infeasible']);
    expect(codes({ hasBegun, outputsOf: outputsOf('yes') })).toEqual(['graph.budget-infeasible', 'graph.deadline-infeasible']);
    expect(codes({ hasBegun, outputsOf: outputsOf('no') })).toEqual([]);
  });

  it('blames nobody for what can not be changed any more', () => {
    const orphan = { ...document, nodes: [taskNode('orphan')], budgetTotal: 100 };
    expect(compileTaskGraph(orphan).findings).toMatchObject([{ code: 'graph.orphan' }]);
    expect(compileTaskGraph(orphan, { hasBegun: () => true }).findings).toEqual([]);
  });
});
