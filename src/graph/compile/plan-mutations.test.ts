import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../bench/seeded-random.js';
import { PLAN_MUTATIONS } from '../fixtures/plan-mutations.js';
import { randomPlan } from '../fixtures/random-plan.js';
import { GRAPH_FINDING_CODES } from '../graph-finding.js';
import { compileTaskGraph } from './compile-task-graph.js';

const PLANS = process.env.KAMACHIQ_TEST_FULL === '1' ? 1_000 : 200;
const plans = Array.from({ length: PLANS }, (_, seed) => randomPlan(new SeededRandom('plan', seed)));

describe('compileTaskGraph on mutants', () => {
  it(`claims nothing of ${PLANS} sound plans`, () => {
    let tasks = 0;
    for (const [seed, { document, context }] of plans.entries()) {
      expect(compileTaskGraph(document, context).findings, `plan ${seed}`).toEqual([]);
      tasks += document.nodes.length;
    }
    console.log(`${PLANS} sound plans with ${tasks} tasks: no finding`);
  });

  it.each(PLAN_MUTATIONS)('finds $code and nothing else: $name', ({ code, name, mutate }) => {
    let mutants = 0;
    let found = 0;
    for (const [seed, plan] of plans.entries()) {
      const mutant = mutate(plan, new SeededRandom(name, seed));
      if (mutant === null) continue;
      mutants += 1;
      const { document, context, taskIds } = mutant;
      const { ok, findings } = compileTaskGraph(document, context);
      const isExact = !ok && findings.length === 1 && findings[0]!.code === code;
      const isThere = taskIds === undefined || taskIds.every((id, place) => findings[0]?.taskIds[place] === id);
      // Looked at one by one only where something is wrong: there are many plans for each mutation.
      if (!isExact || !isThere) expect({ seed, findings }).toEqual({ seed, findings: [expect.objectContaining({ code, taskIds })] });
      found += 1;
    }
    console.log(`${code}: ${found} of ${mutants} mutants found (${name})`);
    expect(mutants).toBeGreaterThan(PLANS * 0.9);
  });

  it('knows a mutation for every code that the compiler documents', () => {
    const elsewhere = ['graph.settled-task', 'graph.unknown-task', 'graph.too-many-problems'];
    const codes = new Set<string>(PLAN_MUTATIONS.map(({ code }) => code));
    expect(GRAPH_FINDING_CODES.filter((code) => !codes.has(code)).sort()).toEqual(elsewhere.sort());
  });
});
