import { describe, expect, it } from 'vitest';
import { findPlanProblems } from './find-plan-problems.js';
import { findReferenceProblems } from './find-reference-problems.js';

const task = (id: string, dependencies: readonly string[] = [], rest: object = {}) => ({ id, dependencies, ...rest });
const problems = (...tasks: readonly unknown[]) =>
  findPlanProblems(tasks).map(({ kind, path, expected, got }) => `${kind} ${path.join('.')}: ${expected} | ${got}`);
const when = (from: string) => ({ task: from, output: 'ok', operator: 'equals', value: true });

describe('findPlanProblems', () => {
  it('names a shortest cycle of every tangle, each at the dependency that closes it', () => {
    const expected = 'tasks that don’t wait for each other';
    expect(
      problems(
        task('a', ['x', 'c']),
        task('x', ['a']),
        task('b', ['a']),
        task('c', ['b']),
        task('d', ['e']),
        task('e', ['d']),
        task('f', ['d', 'c']),
      ),
    ).toEqual([`cycle 0.dependencies.0: ${expected} | a → x → a`, `cycle 4.dependencies.0: ${expected} | d → e → d`]);
  });

  it('names what is handed on, in, and read twice', () => {
    const from = (input: string, output: string) => ({ input, task: 'a', output });
    expect(
      problems(
        task('a', [], { outputs: [{ name: 'x' }, { name: 'y' }, { name: 'x' }], writes: ['p', 'p'] }),
        task('b', ['a'], { inputs: { z: 1, constructor: 2 }, inputsFrom: [from('u', 'x'), from('u', 'y'), from('z', 'x')], reads: ['p', 'q', 'p'] }),
      ),
    ).toEqual([
      'duplicate 0.outputs.2.name: every output once | "x"',
      'duplicate 0.writes.1: every path once | "p"',
      'duplicate 1.inputsFrom.1.input: every input once | "u"',
      'duplicate 1.reads.2: every path once | "p"',
      'conflict 1.inputsFrom.2.input: an input that inputs doesn’t give | "z"',
    ]);
    expect(problems(task('a', [], { inputs: {}, inputsFrom: [from('constructor', 'x')], outputs: [{ name: 'toString' }] }))).toEqual([]);
  });

  it('names tasks that are not there, in conditions and inputs too, with the one that was perhaps meant', () => {
    expect(
      problems(
        task('triage'),
        task('b', ['triaje'], {
          inputsFrom: [{ input: 'x', task: 'nobody', output: 'y' }],
          when: { all: [when('triage'), { not: when('Triage') }] },
        }),
      ),
    ).toEqual([
      'unknown-dependency 1.dependencies.0: the id of a task, perhaps "triage" | "triaje"',
      'unknown-dependency 1.inputsFrom.0.task: the id of a task | "nobody"',
      'unknown-dependency 1.when.all.1.not.task: the id of a task, perhaps "triage" | "Triage"',
    ]);
  });

  it('leaves to the compiler what takes an order: values of tasks that are not upstream, outputs that nobody declares', () => {
    expect(
      problems(task('a', [], { when: when('b') }), task('b', [], { inputsFrom: [{ input: 'x', task: 'a', output: 'nothing' }], reads: ['p'] })),
    ).toEqual([]);
  });

  it('leaves paths to the compiler where a plan has branches: of two writers perhaps only one runs', () => {
    const writes = { writes: ['report.md'] };
    expect(problems(task('a', [], writes), task('b', [], writes))).toHaveLength(1);
    expect(problems(task('t'), task('a', ['t'], { ...writes, when: when('t') }), task('b', ['t'], { ...writes, when: { not: when('t') } }))).toEqual(
      [],
    );
    expect(problems(task('t'), task('a', ['t'], writes), task('b', ['t'], { ...writes, triggerRule: 'one-failed' }))).toEqual([]);
  });

  it('passes over whatever is no task, and what a task can not hold', () => {
    for (const tasks of [
      null,
      'tasks',
      [null, 1, [], 'a', { id: 1 }],
      [{ id: 'a', dependencies: 'a', outputs: 1, inputsFrom: [null, 1], reads: {}, when: [] }],
    ]) {
      expect(findPlanProblems(tasks)).toEqual([]);
    }
    let deep: unknown = when('nobody');
    for (let depth = 0; depth < 1_000_000; depth += 1) deep = { not: deep };
    expect(problems(task('a', [], { when: deep }))).toEqual([]);
  });

  it('compares no more names than it can: thousands of unknown ones end too', () => {
    const ids = Array.from({ length: 200 }, (_, index) => `${index}`.padEnd(100, 'a'));
    const unknown = Array.from({ length: 19_000 }, (_, index) => `${index}`.padEnd(64, 'b'));
    const tasks = ids.map((id, index) => task(id, unknown.slice(index * 95, (index + 1) * 95)));
    expect(findPlanProblems(tasks)).toHaveLength(19_000);
  });
});

describe('findReferenceProblems', () => {
  it('says nothing of cycles and paths: a task graph may have them', () => {
    const tasks = [task('a', ['b'], { writes: ['p'] }), task('b', ['a'], { writes: ['p'] }), task('a', ['c'])];
    expect(findReferenceProblems(tasks).map(({ kind }) => kind)).toEqual(['duplicate']);
  });
});
