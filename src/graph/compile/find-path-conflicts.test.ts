import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
