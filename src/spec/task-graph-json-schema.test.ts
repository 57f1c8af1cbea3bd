import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { arbitraryTasks } from './fixtures/arbitrary-task.js';
import { formatJsonSchema } from './fixtures/format-json-schema.js';
import { taskGraphJsonSchema } from './task-graph-json-schema.js';

describe('taskGraphJsonSchema', () => {
  it('is published as docs/task-graph.schema.json', async () => {
    await expect(formatJsonSchema(taskGraphJsonSchema)).toMatchFileSnapshot('../../docs/task-graph.schema.json');
  });

  it('accepts every graph of tasks', () => {
    const schema = z.fromJSONSchema(taskGraphJsonSchema as Parameters<typeof z.fromJSONSchema>[0]);
    fc.assert(
      fc.property(arbitraryTasks, (nodes) => {
        expect(schema.safeParse({ formatVersion: 1, nodes }).error?.issues).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });

  it('refuses what is no condition, output or rule', () => {
    const schema = z.fromJSONSchema(taskGraphJsonSchema as Parameters<typeof z.fromJSONSchema>[0]);
    const accepts = (rest: object) =>
      schema.safeParse({ formatVersion: 1, nodes: [{ id: 'a', type: 'code', description: 'D.', estimated_tokens: 1, ...rest }] }).success;
    const equals = { task: 'a', output: 'x', operator: 'equals', value: 1 };
    expect([{}, { when: { all: [{ not: equals }] } }, { trigger_rule: 'always' }].map(accepts)).toEqual([true, true, true]);
    const wrong = [
      { when: 'x' },
      { when: { all: [{ not: [] }] } },
      { when: { ...equals, operator: 'at-least', value: 'x' } },
      { when: { ...equals, value: [1] } },
      { trigger_rule: 'all_success' },
      { outputs: [{ name: 'x', type: 'text' }] },
      { outputs: ['x'] },
      { inputs_from: [{ input: 'x', task: 'a' }] },
      { estimated_minutes: -1 },
      { reads: 'docs' },
    ];
    expect(wrong.filter(accepts)).toEqual([]);
  });
});
