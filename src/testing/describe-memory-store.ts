import assert from 'node:assert/strict';
import { type MemoryNote, type MemoryStore, NOTE_LIMITS, NoteOutcome } from '../ports/memory-store.js';
import type { ContractRunner } from './contract-runner.js';

/**
 * The contract of {@link MemoryStore} as a suite: one note for each task, whatever its id; found by those who may read it, bounded and the most fitting
 * first; and forgotten when it is asked for.
 *
 * @param runner - `describe`, `it` and `afterAll` of whatever runs the tests.
 * @param createStore - Opens an empty store with room for at least 100 notes; called once for each test.
 *
 * @public
 */
export function describeMemoryStore({ describe, it }: ContractRunner, createStore: () => Promise<MemoryStore>): void {
  describe('a memory store', () => {
    it('gives back what was kept', async () => {
      const store = await createStore();
      const note = noteOf({ problems: ['expected divide(1, 0) to raise; it returned 0'], tags: ['type:code', 'language:python'] });
      await store.doWrite(note);
      assert.deepEqual(await store.doRead(note), note);
    });

    it('keeps one note for a task, the latest, also when it is kept many times at once', async () => {
      const store = await createStore();
      await store.doWrite(noteOf({ outcome: NoteOutcome.FAILED }));
      await Promise.all(Array.from({ length: 10 }, () => store.doWrite(noteOf({ result: 'It wrote divide.py.' }))));
      const found = await store.doSearch({ ...SCOPE, limit: 10 });
      assert.deepEqual(found, [noteOf({ result: 'It wrote divide.py.' })]);
    });

    it('keeps apart ids that look like anything but ids', async () => {
      const store = await createStore();
      const scopes = HOSTILE.flatMap((id) => [
        { projectId: id, team: null },
        { projectId: 'p', team: id },
      ]);
      const notes = scopes.flatMap((scope) => HOSTILE.map((taskId) => noteOf({ ...scope, taskId, result: JSON.stringify([scope, taskId]) })));
      for (const note of notes) await store.doWrite(note);
      for (const note of notes) assert.deepEqual(await store.doRead(note), note);
    });

    it('knows nothing of what was never kept', async () => {
      const store = await createStore();
      for (const taskId of HOSTILE) assert.equal(await store.doRead({ ...SCOPE, taskId }), null);
      assert.deepEqual(await store.doSearch({ ...SCOPE, limit: 10 }), []);
      await store.doForget({ ...SCOPE, taskId: 'divide' });
      await store.doForget(SCOPE);
    });

    it('keeps the longest note that there may be, and refuses a longer one', async () => {
      const store = await createStore();
      const longest = noteOf({
        taskId: 't'.repeat(NOTE_LIMITS.id),
        task: '€'.repeat(NOTE_LIMITS.task),
        result: 'r'.repeat(NOTE_LIMITS.result),
        tags: Array.from({ length: NOTE_LIMITS.tags }, (_, index) => `${index}`.padEnd(NOTE_LIMITS.tag, 'x')),
        problems: Array.from({ length: NOTE_LIMITS.problems }, () => 'p'.repeat(NOTE_LIMITS.problem)),
      });
      await store.doWrite(longest);
      assert.deepEqual(await store.doRead(longest), longest);
      const tooMuch: readonly Partial<MemoryNote>[] = [
        { taskId: 't'.repeat(100_000) },
        { task: 't'.repeat(NOTE_LIMITS.task + 1) },
        { problems: Array.from({ length: NOTE_LIMITS.problems + 1 }, () => 'p') },
        { result: 'two\nlines' },
        { result: 'an escape \u001b[2J' },
      ];
      for (const rest of tooMuch) await assert.rejects(async () => store.doWrite(noteOf(rest)), { code: 'memory.invalid-note' });
    });

    it('shows a project’s notes to nobody else, unless they are of one team', async () => {
      const store = await createStore();
      await store.doWrite(noteOf({ taskId: 'own' }));
      await store.doWrite(noteOf({ taskId: 'shared', team: 'red' }));
      const seenBy = async (projectId: string, team: string | null) =>
        (await store.doSearch({ projectId, team, limit: 10 })).map(({ taskId }) => taskId).sort();
      assert.deepEqual(await seenBy('p', null), ['own']);
      assert.deepEqual(await seenBy('p', 'red'), ['own', 'shared']);
      assert.deepEqual(await seenBy('other', 'red'), ['shared']);
      assert.deepEqual(await seenBy('other', null), []);
      assert.deepEqual(await seenBy('other', 'blue'), []);
      // A team may be called as a project is.
      assert.deepEqual(await seenBy('red', null), []);
      assert.deepEqual(await seenBy('other', 'p'), []);
    });

    it('finds nothing that nobody decided about', async () => {
      const store = await createStore();
      await store.doWrite(noteOf({ taskId: 'open', outcome: NoteOutcome.OPEN }));
      await store.doWrite(noteOf({ taskId: 'failed', outcome: NoteOutcome.FAILED }));
      assert.deepEqual(
        (await store.doSearch({ ...SCOPE, limit: 10 })).map(({ taskId }) => taskId),
        ['failed'],
      );
    });

    it('finds no more than it is asked for, what fits best first, and nothing that does not fit', async () => {
      const store = await createStore();
      for (let index = 0; index < 20; index += 1) await store.doWrite(noteOf({ taskId: `list-${index}`, task: `Sort list number ${index}.` }));
      await store.doWrite(noteOf({ taskId: 'divide', task: 'Divide two numbers.' }));
      const find = async (words: string, limit: number) => (await store.doSearch({ ...SCOPE, words, limit })).map(({ taskId }) => taskId);
      assert.equal((await find('divide the list', 3)).length, 3);
      assert.equal((await find('DIVIDE, or sort a list', 1))[0], 'divide');
      assert.deepEqual(await find('xylophone', 10), []);
    });

    it('finds by tags, all of which a note must have', async () => {
      const store = await createStore();
      await store.doWrite(noteOf({ taskId: 'both', tags: ['type:code', 'language:python'] }));
      await store.doWrite(noteOf({ taskId: 'one', tags: ['type:code'] }));
      const find = async (tags: readonly string[]) => (await store.doSearch({ ...SCOPE, tags, limit: 10 })).map(({ taskId }) => taskId).sort();
      assert.deepEqual(await find(['type:code']), ['both', 'one']);
      assert.deepEqual(await find(['language:python', 'type:code']), ['both']);
      assert.deepEqual(await find(['__proto__']), []);
    });

    it('forgets one task or a whole project, and nothing else', async () => {
      const store = await createStore();
      for (const team of [null, 'red']) {
        for (const projectId of ['p', 'q']) for (const taskId of ['a', 'b']) await store.doWrite(noteOf({ projectId, team, taskId }));
      }
      const left = async (team: string | null) =>
        (await Promise.all(['p', 'q'].flatMap((projectId) => ['a', 'b'].map((taskId) => store.doRead({ projectId, team, taskId }))))).flatMap(
          (note) => (note === null ? [] : [`${note.projectId}/${note.taskId}`]),
        );
      await store.doForget({ projectId: 'p', team: 'red', taskId: 'a' });
      assert.deepEqual(await left('red'), ['p/b', 'q/a', 'q/b']);
      await store.doForget({ projectId: 'p', team: 'red' });
      await store.doForget({ projectId: 'q', team: null });
      assert.deepEqual(await left('red'), ['q/a', 'q/b']);
      assert.deepEqual(await left(null), ['p/a', 'p/b']);
    });
  });
}

const SCOPE = { projectId: 'p', team: null };

const HOSTILE = ['', '__proto__', 'constructor', '../x', '/etc/passwd', 'a/b', 'A', 'a', '\u0000', 'é', 'e\u0301', ' '];

const noteOf = (rest: Partial<MemoryNote>): MemoryNote => ({
  ...SCOPE,
  taskId: 'divide',
  projectName: 'Calculator',
  type: 'code',
  tags: [],
  task: 'Write the function divide.',
  outcome: NoteOutcome.SUCCEEDED,
  result: '',
  problems: [],
  start: 1,
  remediation: 0,
  attempt: 1,
  writtenAt: '2026-01-01T00:00:00.000Z',
  ...rest,
});
