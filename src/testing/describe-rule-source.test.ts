import { afterAll, describe, expect, it } from 'vitest';
import { taskNode } from '../graph/fixtures/arbitrary-graph.js';
import type { TaskGraphDocument } from '../graph/task-graph-document.js';
import type { RuleSource } from '../ports/plan-rule.js';
import { describeRuleSource } from './describe-rule-source.js';
import { failuresOf } from './fixtures/failures-of.js';

const plan = (...ids: readonly string[]): TaskGraphDocument => ({
  nodes: ids.map((id) => taskNode(id)),
  budgetTotal: 1,
  timeoutMinutes: 1,
  qualityThreshold: 0.8,
});

const source = (findBreaches: (document: TaskGraphDocument) => readonly { taskIds: readonly string[]; message: string }[]): RuleSource => ({
  specificationVersion: 1,
  id: 'house-rules/1',
  doLoadRules: async () => [{ id: 'quiet', text: 'No task is called loud.', findBreaches }],
});

const loudOnes = ({ nodes }: TaskGraphDocument) =>
  nodes.filter(({ id }) => id === 'loud').map(({ id }) => ({ taskIds: [id], message: 'It is loud.' }));
const contract = { keeping: plan('quiet'), breaking: plan('quiet', 'loud') };

describeRuleSource({ describe, it, afterAll }, { createSource: () => source(loudOnes), ...contract });

const failures = (createSource: () => RuleSource) => failuresOf((runner) => describeRuleSource(runner, { createSource, ...contract }));

describe('describeRuleSource', () => {
  it.each([
    ['finds nothing', () => []],
    ['names a task that is not there', () => [{ taskIds: ['nobody'], message: 'Who?' }]],
    ['changes the plan', (document: TaskGraphDocument) => [{ taskIds: [(document.nodes as unknown[]).pop() as string], message: 'Gone.' }]],
  ])('fails a source that %s', async (_, findBreaches) => {
    expect(await failures(() => source(findBreaches))).toContain('finds what breaks them, the same every time, without changing the plan');
  });

  it('fails a source whose rules can not be told apart', async () => {
    const rule = { id: 'one', text: 'The same.', findBreaches: loudOnes };
    const twins: RuleSource = { specificationVersion: 1, id: 'twins', doLoadRules: async () => [rule, rule] };
    expect(await failures(() => twins)).toEqual(['gives each rule an id of its own and a sentence']);
  });
});
