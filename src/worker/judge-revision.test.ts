import { describe, expect, it } from 'vitest';
import { taskNode } from '../graph/fixtures/arbitrary-graph.js';
import { finding } from '../graph/graph-finding.js';
import { GraphRun } from '../graph/run/graph-run.js';
import { findLateTasks, forgiveShortage, isShortage } from './judge-revision.js';

const budget = (needed: number) => finding('graph.budget-infeasible', [], 'Too dear.', [String(needed), '100'], 'Less.');
const deadline = (minutes: number) => finding('graph.deadline-infeasible', ['a'], 'Too long.', ['a', String(minutes), '5'], 'Faster.');
const orphan = finding('graph.orphan', ['a'], 'For nothing.', ['a'], 'Drop it.');

describe('a change of a plan', () => {
  it('is forgiven a shortage that was there before and is no worse', () => {
    expect(forgiveShortage(budget(120), [budget(120)])).toMatchObject({ severity: 'warning' });
    expect(forgiveShortage(budget(121), [budget(120)])).toMatchObject({ severity: 'error' });
    expect(forgiveShortage(budget(120), [deadline(200)])).toMatchObject({ severity: 'error' });
    expect(forgiveShortage(deadline(7), [budget(1), deadline(7.5)])).toMatchObject({ severity: 'warning' });
    expect(forgiveShortage(deadline(8), [deadline(7.5)])).toMatchObject({ severity: 'error' });
    expect(forgiveShortage(orphan, [orphan])).toBe(orphan);
    expect([budget(1), deadline(1), orphan].map(isShortage)).toEqual([true, true, false]);
  });

  it('names tasks that can not start any more, and no branch that is not taken', () => {
    const outputs = [{ name: 'verdict', type: 'string' }] as const;
    const done = [taskNode('done', [], { outputs }), taskNode('broken')];
    const added = [
      taskNode('late', ['broken']),
      taskNode('handler', ['broken'], { triggerRule: 'one-failed' }),
      taskNode('branch', ['done'], { when: { task: 'done', output: 'verdict', operator: 'equals', value: 'no' } }),
      taskNode('fine', ['done']),
    ];
    const snapshot = {
      states: ['succeeded', 'failed', 'pending', 'pending', 'pending', 'pending'],
      outputs: [{ taskId: 'done', outputs: { verdict: 'yes' } }],
    } as const;
    const run = new GraphRun({ nodes: [...done, ...added] }, { snapshot });
    expect(findLateTasks(run, { add: added })).toMatchObject([
      { code: 'graph.unreachable', taskIds: ['late'], message: 'Task "late" would never start: "broken" is failed.', witness: ['late', 'broken'] },
    ]);
  });
});
