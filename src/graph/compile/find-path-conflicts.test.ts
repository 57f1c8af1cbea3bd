import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BothRun } from '../conditions/analyse-conditions.js';
import { findPathConflicts, type PathConflict, type PathWriter } from './find-path-conflicts.js';

const writer = (id: string, writes: readonly string[], dependencies: readonly string[] = []): PathWriter => ({ id, dependencies, writes });
const found = (...tasks: readonly PathWriter[]) =>
  findPathConflicts(tasks).map(({ kind, first, second }: PathConflict) => `${kind}: ${first.taskId} ${first.path}, ${second.taskId} ${second.path}`);

describe('findPathConflicts', () => {
  it('finds a conflict exactly where two tasks that wait for neither write one path', () => {
    const rows = fc.array(
      fc.record({ needs: fc.array(fc.nat(), { maxLength: 3 }), writes: fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 }) }),
      // More than 32 versions of a path, so that more than one walk is needed.
      { maxLength: 120, size: 'max' },
    );
    fc.assert(
      fc.property(rows, (given) => {
        const tasks = given.map(({ needs, writes }, index) => {
          const direct = [...new Set(needs.map((need) => need % Math.max(1, index)).filter((need) => need < index))];
          return writer(
            `t${index}`,
            writes,
            direct.map((need) => `t${need}`),
          );
        });
        const ancestors: Set<number>[] = [];
        for (const { dependencies } of tasks) {
          const direct = dependencies.map((id) => Number(id.slice(1)));
          ancestors.push(new Set(direct.flatMap((at) => [at, ...ancestors[at]!])));
        }
        const unordered = (path: string) =>
          tasks.some((task, at) =>
            tasks.some((other, before) => before < at && !ancestors[at]!.has(before) && task.writes.includes(path) && other.writes.includes(path)),
          );
        const conflicts = findPathConflicts(tasks);
        expect(new Set(conflicts.map(({ second }) => second.path))).toEqual(new Set(['x', 'y', 'z'].filter(unordered)));
        for (const { first, second } of conflicts) {
          const [before, at] = [first, second].map(({ taskId }) => Number(taskId.slice(1))) as [number, number];
          expect(ancestors[at]!.has(before) || ancestors[before]!.has(at)).toBe(false);
        }
      }),
    );
  });

  it('finds what collides, and nothing else, where not all tasks run in one run or it is not known whether they do', () => {
    const rows = fc.array(
      fc.record({
        needs: fc.array(fc.nat(), { maxLength: 2 }),
        writes: fc.uniqueArray(fc.constantFrom('x', 'X', 'x/y', 'X/y', 'x/Y', 'x/y/z', 'z'), { minLength: 1, maxLength: 2 }),
      }),
      { maxLength: 80, size: 'max' },
    );
    const answers = fc.array(fc.constantFrom<BothRun>('no', 'no', 'no', 'yes', 'unknown'), { minLength: 7, maxLength: 31 });
    fc.assert(
      fc.property(rows, answers, (given, both) => {
        const tasks = given.map(({ needs, writes }, at) =>
          writer(`t${at}`, writes, at === 0 ? [] : [...new Set(needs.map((need) => `t${need % at}`))]),
        );
        const numberOf = (id: string) => Number(id.slice(1));
        const canBothRun = (a: string, b: string) => both[(numberOf(a) * 13 + numberOf(b) * 13 + numberOf(a) * numberOf(b)) % both.length]!;
        const ancestors: Set<number>[] = [];
        for (const { dependencies } of tasks) {
          const direct = dependencies.map(numberOf);
          ancestors.push(new Set(direct.flatMap((at) => [at, ...ancestors[at]!])));
        }
        const isOrdered = (a: number, b: number) => ancestors[a]!.has(b) || ancestors[b]!.has(a);
        const collide = (one: string, other: string) => {
          const [short, long] = one.length < other.length ? [one, other] : [other, one];
          const folds = long.toLowerCase().startsWith(short.toLowerCase()) && (long.length === short.length || long[short.length] === '/');
          const parts = one.split('/');
          return (
            folds ||
            other.split('/').some(
              (part, at) =>
                parts
                  .slice(0, at + 1)
                  .join('/')
                  .toLowerCase() ===
                  other
                    .split('/')
                    .slice(0, at + 1)
                    .join('/')
                    .toLowerCase() && part !== parts[at],
            )
          );
        };
        /** What is certain of two paths, by what is certain of their tasks. */
        const judge = (a: number, one: string, b: number, other: string): BothRun => {
          if (one === other ? a === b || isOrdered(a, b) : !collide(one, other)) return 'no';
          return a === b ? 'yes' : canBothRun(`t${a}`, `t${b}`);
        };
        const found = findPathConflicts(tasks, { canBothRun });
        for (const { first, second, isCertain } of found) {
          expect(judge(numberOf(first.taskId), first.path, numberOf(second.taskId), second.path)).toBe(isCertain ? 'yes' : 'unknown');
        }
        const entries = tasks.flatMap(({ writes }, at) => writes.map((path) => ({ at, path })));
        const pairs = entries.flatMap((one, number) =>
          entries.slice(number + 1).map((other) => ({ one, other, verdict: judge(one.at, one.path, other.at, other.path) })),
        );
        const isFound = (each: { at: number; path: string }, isCertain: boolean) =>
          found.some(
            (conflict) =>
              [conflict.first, conflict.second].some(({ taskId, path }) => taskId === `t${each.at}` && path === each.path) &&
              (conflict.isCertain || !isCertain),
          );
        for (const { one, other, verdict } of pairs) {
          // Of names that are spelt or meant in two ways, one that is told stands for all.
          if (verdict !== 'no' && one.path === other.path) expect(isFound(one, verdict === 'yes') || isFound(other, verdict === 'yes')).toBe(true);
        }
        for (const verdict of ['yes', 'unknown'] as const) {
          if (pairs.some((pair) => pair.verdict === verdict)) expect(found.some(({ isCertain }) => isCertain || verdict === 'unknown')).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('says that it can’t tell, rather than nothing, where more pairs are asked for than are compared', () => {
    const tasks = Array.from({ length: 1_600 }, (_, at) => writer(`t${at}`, ['f']));
    const found = findPathConflicts(tasks, { canBothRun: () => 'no' });
    expect(found.length).toBeGreaterThan(0);
    expect(found.some(({ isCertain }) => isCertain)).toBe(false);
    expect(findPathConflicts(tasks.slice(0, 1_400), { canBothRun: () => 'no' })).toEqual([]);
  });

  it('takes a new version of a file from a task that waits for the one before', () => {
    expect(found(writer('second', ['a'], ['between']), writer('between', [], ['first']), writer('first', ['a']))).toEqual([]);
  });

  it.each([
    ['a file and a folder', 'a', 'a/b', 'file-and-folder'],
    ['a folder and a file', 'a/b/c', 'a/b', 'file-and-folder'],
    ['a file and a folder in other letters', 'a', 'A/b', 'file-and-folder'],
    ['names in other letters', 'lib/Add.py', 'lib/add.py', 'same-name'],
    ['folders in other letters', 'Lib/add.py', 'lib/remove.py', 'same-name'],
    ['letters with two lower cases', 'Σ', 'ς', 'same-name'],
    ['letters that become two', 'straße', 'STRASSE', 'same-name'],
    ['one letter in two Unicode forms', '\u{c5}ngström', '\u{212b}ngström', 'same-name'],
    ['a syllable and its parts', '\u{ac00}', '\u{1100}\u{1161}', 'same-name'],
  ])('finds %s, also where one task waits for the other, also in one task', (_, first, second, kind) => {
    expect(found(writer('one', [first]), writer('two', [second]))).toEqual([`${kind}: one ${first}, two ${second}`]);
    expect(found(writer('one', [first]), writer('two', [second], ['one']))).toEqual([`${kind}: one ${first}, two ${second}`]);
    expect(found(writer('one', [first, second]))).toEqual([`${kind}: one ${first}, one ${second}`]);
  });

  it('takes names that only begin alike', () => {
    expect(found(writer('one', ['a', 'ab', 'a.b', 'b/a', 'b/ab']), writer('two', ['a b', 'a-/b', 'b/c']))).toEqual([]);
  });

  it('passes over paths that lead out of the project, and ids that look like anything but ids', () => {
    expect(found(writer('__proto__', ['../a', `${'a/'.repeat(1_000_000)}b`]), writer('constructor', ['../a'], ['nobody', 'constructor']))).toEqual(
      [],
    );
    expect(found(writer('', ['__proto__']), writer('0', ['__proto__/constructor']))).toEqual([
      'file-and-folder:  __proto__, 0 __proto__/constructor',
    ]);
  });

  it('finds the few conflicts among 10,000 paths of 10,000 tasks in a chain, and the versions of a path that each of them writes', () => {
    const count = 10_000;
    const tasks = Array.from({ length: count }, (_, at) => writer(`t${at}`, [`f/${at % 100}/${at}`, 'log'], at === 0 ? [] : [`t${at - 1}`]));
    expect(found(...tasks)).toEqual([]);
    const apart = writer('apart', ['log', 'F/7/new', 'f/99/9999/x', 'f/0/0']);
    expect(found(...tasks, apart).sort()).toEqual([
      'file-and-folder: apart f/99/9999/x, t9999 f/99/9999',
      'same-name: t0 f/0/0, apart F/7/new',
      'unordered: apart log, t1 log',
      'unordered: t0 f/0/0, apart f/0/0',
      'unordered: t0 log, apart log',
    ]);
  });
});
