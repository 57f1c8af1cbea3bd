import { describe, expect, it } from 'vitest';
import { taskNode } from '../fixtures/arbitrary-graph.js';
import { GraphRun } from '../run/graph-run.js';
import { findLateTasks } from './find-late-tasks.js';

describe('findLateTasks', () => {
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
