import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPlanProblems } from './find-plan-problems.js';

describe('findWriteConflicts', () => {
  it('reports a conflict exactly when two writers of a path have no order', () => {
    const rows = fc.array(
      fc.record({ needs: fc.array(fc.nat(), { maxLength: 3 }), writes: fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 }) }),
      { maxLength: 45 },
    );
    fc.assert(
      fc.property(rows, (given) => {
        const tasks = given.map(({ needs, writes }, index) => ({
          id: `t${index}`,
          dependencies: [...new Set(needs.map((need) => need % Math.max(1, index)).filter((need) => need < index))].map((need) => `t${need}`),
          writes,
        }));
        const ancestors: Set<number>[] = [];
        for (const { dependencies } of tasks) {
          const direct = dependencies.map((id) => Number(id.slice(1)));
          ancestors.push(new Set(direct.flatMap((at) => [at, ...ancestors[at]!])));
        }
        const unordered = tasks.some((task, at) =>
          tasks.some((other, before) => before < at && !ancestors[at]!.has(before) && task.writes.some((path) => other.writes.includes(path))),
        );
        expect(findPlanProblems(tasks).some(({ kind }) => kind === 'write-conflict')).toBe(unordered);
      }),
    );
  });
});
