import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CompileContext, compileTaskGraph } from './compile-task-graph.js';
import { acyclicNodes, taskNode } from './fixtures/arbitrary-graph.js';
import type { TaskNode } from './task-node.js';

const context: CompileContext = {
  findTemplateProblems: ({ template }) => (template === 'unknown' ? null : template === 'picky' ? ['size is missing'] : []),
  hasPersona: (name) => name === 'known',
};
const compile = (nodes: readonly TaskNode[], budgetTotal = 1_000_000) =>
  compileTaskGraph({ nodes, budgetTotal, timeoutMinutes: 1, qualityThreshold: 0.8 }, context);
const codes = (nodes: readonly TaskNode[], budgetTotal?: number) => compile(nodes, budgetTotal).findings.map(({ code }) => code);

describe('compileTaskGraph', () => {
  it('finds nothing wrong with a sound graph', () => {
    fc.assert(
      fc.property(acyclicNodes, (nodes) => {
        fc.pre(nodes.length > 0);
        expect(compile(nodes).findings).toEqual([]);
      }),
    );
  });

  it('finds everything at once', () => {
    const nodes = [
      taskNode('a', ['b']),
      taskNode('b', ['a']),
      taskNode('c', ['c']),
      taskNode('d', ['nobody']),
      taskNode('d'),
      taskNode('e', [], { template: 'unknown', persona: 'stranger', writes: ['../../etc/passwd'] }),
      taskNode('f', [], { template: 'picky', estimatedTokens: -1 }),
    ];
    expect(codes(nodes)).toEqual([
      'graph.duplicate-id',
      'graph.self-dependency',
      'graph.unknown-dependency',
      'graph.cycle',
      'graph.unsafe-path',
      'graph.unknown-persona',
      'graph.unknown-template',
      'graph.invalid-estimate',
      'graph.invalid-inputs',
    ]);
  });

  it('shows a shortest cycle as its witness', () => {
    const [finding] = compile([taskNode('x', ['z']), taskNode('y', ['x']), taskNode('z', ['y'])]).findings;
    expect(finding).toMatchObject({ code: 'graph.cycle', witness: ['x', 'y', 'z', 'x'] });
  });

  it('allows one path to two tasks only when one waits for the other', () => {
    const first = taskNode('first', [], { writes: ['same'] });
    expect(codes([first, taskNode('second', [], { writes: ['same'] })])).toEqual(['graph.path-conflict']);
    expect(codes([first, taskNode('between', ['first']), taskNode('second', ['between'], { writes: ['same'] })])).toEqual([]);
  });

  it('compares the estimates with the budget', () => {
    const nodes = [taskNode('a', [], { estimatedTokens: 60 }), taskNode('b', [], { estimatedTokens: 41 })];
    expect(codes(nodes, 101)).toEqual([]);
    expect(codes(nodes, 100)).toEqual(['graph.budget-infeasible']);
  });

  it('wants at least one task', () => {
    expect(codes([])).toEqual(['graph.empty']);
  });
});
