import { describe, expect, it } from 'vitest';
import { abridgeTasks, isWhole } from './abridged-task.js';
import { taskNode } from './fixtures/arbitrary-graph.js';

const task = taskNode('second', ['first'], {
  description: 'd'.repeat(3_000),
  triggerRule: 'none-failed',
  when: { task: 'first', output: 'level', operator: 'at-least', value: 2 },
  estimatedTokens: 7,
  estimatedMinutes: 0.5,
  optional: true,
  inputsFrom: [{ input: 'level', task: 'first', output: 'level' }],
  persona: 'writer',
  template: 'document',
  inputs: { large: 'l'.repeat(10_000) },
  outputs: [{ name: 'level', type: 'integer' }],
  reads: ['a'],
  writes: ['b'],
  successCriteria: ['It is there.'],
});

describe('abridgeTasks', () => {
  it('leaves out what neither starts a task nor pays for it', () => {
    const [abridged] = abridgeTasks([task], 1);
    const { persona: _, template: _t, inputs: _i, outputs: _o, reads: _r, writes: _w, successCriteria: _s, ...kept } = task;
    expect(abridged).toEqual({ ...kept, description: expect.any(String) });
    expect([isWhole(task), isWhole(abridged!)]).toEqual([true, false]);
  });

  it.each([
    [1, 1_000],
    [250, 400],
    [5_000, 60],
  ])('keeps the beginning of what a task is described with, in a plan of %i tasks %i characters', (planned, characters) => {
    const [abridged] = abridgeTasks([task], planned);
    expect(abridged!.description).toBe(`${'d'.repeat(characters - 1)}…`);
  });

  it('cuts no character in half, and nothing that fits', () => {
    const [cut] = abridgeTasks([{ ...task, description: '🙂'.repeat(100) }], 5_000);
    expect(cut!.description.isWellFormed()).toBe(true);
    const [whole] = abridgeTasks([{ ...task, description: 'd'.repeat(60) }], 5_000);
    expect(whole!.description).toBe('d'.repeat(60));
  });
});
