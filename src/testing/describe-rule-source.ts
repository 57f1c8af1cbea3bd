import assert from 'node:assert/strict';
import type { TaskGraphDocument } from '../graph/task-graph-document.js';
import type { RuleSource } from '../ports/plan-rule.js';
import type { ContractRunner } from './contract-runner.js';
import { deepFreeze } from './deep-freeze.js';

/** @public */
export interface RuleSourceContractOptions {
  readonly createSource: () => RuleSource | Promise<RuleSource>;
  /** A plan that keeps every rule. */
  readonly keeping: TaskGraphDocument;
  /** A plan that breaks at least one. */
  readonly breaking: TaskGraphDocument;
}

/**
 * The contract of {@link RuleSource} as a suite: rules that can be told apart and read, which find the same breaches in the same plan, name
 * tasks that are there, and leave the plan as it is.
 *
 * @param runner - `describe`, `it` and `afterAll` of whatever runs the tests.
 *
 * @public
 */
export function describeRuleSource({ describe, it }: ContractRunner, { createSource, keeping, breaking }: RuleSourceContractOptions): void {
  const load = async () => (await createSource()).doLoadRules(new AbortController().signal);

  describe('a rule source', () => {
    it('says which contract it keeps, and what it is', async () => {
      const { specificationVersion, id } = await createSource();
      assert.equal(specificationVersion, 1);
      assert.match(id, /\S/);
    });

    it('gives each rule an id of its own and a sentence', async () => {
      const rules = await load();
      assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
      for (const { id, text } of rules) {
        assert.match(id, /\S/);
        assert.match(text, /\S/);
      }
    });

    it('finds nothing in a plan that keeps the rules', async () => {
      for (const rule of await load()) assert.deepEqual(rule.findBreaches(deepFreeze(keeping)), []);
    });

    it('finds what breaks them, the same every time, without changing the plan', async () => {
      const rules = await load();
      const plan = deepFreeze(structuredClone(breaking));
      const breaches = rules.flatMap((rule) => rule.findBreaches(plan));
      assert.ok(breaches.length > 0, 'Expected a breach in the plan that breaks the rules, got none.');
      assert.deepEqual(
        rules.flatMap((rule) => rule.findBreaches(plan)),
        breaches,
      );
      const ids = new Set(plan.nodes.map(({ id }) => id));
      for (const { message, taskIds } of breaches) {
        assert.match(message, /\S/);
        for (const id of taskIds) assert.ok(ids.has(id), `Expected the id of a task of the plan, got ${JSON.stringify(id)}.`);
      }
    });
  });
}
