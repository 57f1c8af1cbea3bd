import { describe, expect, it } from 'vitest';
import { documentTask, specWithTasks } from '../../test/support/specs.js';
import { abridgeTasks } from '../graph/abridged-task.js';
import { plannedTask } from './planned-task.js';

const nodes = [documentTask('a'), documentTask('__proto__', ['a'])];
const plan = { spec: specWithTasks(nodes), functions: [], projectTemplate: null, nodes };

describe('plannedTask', () => {
  it('finds what was left out of a task in its plan', () => {
    expect(abridgeTasks(nodes, 2).map((task) => plannedTask(task, plan))).toEqual(nodes);
  });

  it('takes a whole task as it is, planned or not', () => {
    const other = { ...documentTask('a'), description: 'Something else.' };
    expect(plannedTask(other, plan)).toBe(other);
  });

  it('says so where the plan has no such task', () => {
    const [unknown] = abridgeTasks([documentTask('unknown')], 1);
    expect(() => plannedTask(unknown!, plan)).toThrow(expect.objectContaining({ code: 'graph.unknown-task', context: { taskId: 'unknown' } }));
  });
});
