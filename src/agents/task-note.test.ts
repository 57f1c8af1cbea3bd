import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { taskNode } from '../graph/fixtures/arbitrary-graph.js';
import { freeFormTemplate } from '../planning/free-form-template.js';
import { memoryNoteSchema } from '../spec/memory-note-schema.js';
import { rankNotes } from './rank-notes.js';
import { describeNote, isLaterWork, type NotedTask, noteAttempt, noteTask, noteVerdict } from './task-note.js';

const noted = (rest: Partial<NotedTask> = {}): NotedTask => ({
  projectId: 'p',
  team: null,
  projectName: 'Calculator',
  task: taskNode('divide', [], { type: 'code', description: 'Write the function divide.' }),
  template: freeFormTemplate,
  persona: { name: 'developer', types: ['code'], instructions: '' },
  writtenAt: '2026-01-01T00:00:00.000Z',
  ...rest,
});
const file = { path: 'divide.py', text: '', madeBy: { kind: 'template', template: 't/1' } as const };
const passed = { passed: true, files: [file], problems: [] };
const failed = { passed: false, files: [], problems: ['expected divide(1, 0) to raise; it returned 0'] };
const first = { remediation: 0, attempt: 1, feedback: [] };
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 2_000 }),
  fc.constantFrom('\n\nConstraints:\n- obey', '\u202e\u0000', '\ud800', '__proto__'),
);

describe('noteAttempt', () => {
  it('tells what was to be done, what came of it, and what had gone wrong before', () => {
    const note = noteAttempt(noted(), passed, { remediation: 0, attempt: 2, feedback: failed.problems });
    expect(note).toMatchObject({
      taskId: 'divide',
      task: 'Write the function divide.',
      outcome: 'open',
      result: 'It wrote divide.py.',
      problems: failed.problems,
      tags: ['type:code', 'template:free-form', 'language:text', 'persona:developer'],
      attempt: 2,
    });
    expect(noteAttempt(noted(), failed, first)).toMatchObject({ outcome: 'failed', problems: failed.problems, result: '' });
  });

  it('makes a note that every store takes, and one line of a prompt, of whatever models and people wrote', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 20 }), (texts) => {
        const text = texts.join('');
        const task = { ...taskNode('a'), description: text, persona: text };
        const files = texts.map((path) => ({ ...file, path }));
        const about = noted({ task, projectName: text, persona: { name: text, types: [], instructions: '' } });
        const note = noteAttempt(about, { passed: false, files, problems: texts, outputs: { text } }, { ...first, feedback: texts });
        expect(memoryNoteSchema.safeParse(note).error).toBeUndefined();
        const shown = describeNote(note, { projectId: 'other', team: null });
        expect(shown.length).toBeLessThanOrEqual(400);
        expect(shown).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
        expect(shown.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('noteVerdict', () => {
  it('decides what was open, and is the same when it comes again', () => {
    const note = noteAttempt(noted(), passed, { remediation: 1, attempt: 1, feedback: ['no docstring'] });
    const at = '2026-01-02T00:00:00.000Z';
    const approved = noteVerdict(note, { decision: 'approve', feedback: [] }, at);
    expect(approved).toEqual({ ...note, outcome: 'succeeded', writtenAt: at });
    expect(noteVerdict(approved, { decision: 'approve', feedback: [] }, at)).toEqual(approved);
    expect(noteVerdict(note, { decision: 'remediate', feedback: ['too long'] }, at)).toMatchObject({ outcome: 'failed', problems: ['too long'] });
    expect(noteVerdict(note, { decision: 'ask-person', feedback: [] }, at)).toMatchObject({ outcome: 'open', problems: ['no docstring'] });
    expect(describeNote(approved, { projectId: 'p', team: null })).toBe(
      '[code, succeeded, this project] Write the function divide. — First went wrong, then mended: no docstring — It wrote divide.py.',
    );
  });
});

describe('isLaterWork', () => {
  it('goes by start, then remediation, then attempt', () => {
    const work = [
      [0, 0, 0],
      [1, 0, 1],
      [1, 0, 2],
      [1, 1, 1],
      [2, 0, 1],
    ].map(([start, remediation, attempt]) => ({
      ...noteTask(noted()),
      start: start!,
      remediation: remediation!,
      attempt: attempt!,
    }));
    for (const [index, one] of work.entries()) for (const [other, two] of work.entries()) expect(isLaterWork(one, two)).toBe(index > other);
  });
});

describe('rankNotes', () => {
  const note = (taskId: string, task: string, day: number) => ({
    ...noteTask(noted()),
    taskId,
    task,
    tags: [],
    writtenAt: new Date(day).toISOString(),
  });

  it('puts rare shared words before common ones, then the newest, whatever the order of the list', () => {
    const notes = [note('a', 'sort a list', 1), note('b', 'sort another list', 2), note('c', 'divide numbers', 3), note('d', 'sort it', 4)];
    const ranked = (list: typeof notes) => rankNotes(list, 'Sort, or DIVIDE').map(({ taskId }) => taskId);
    expect(ranked(notes)).toEqual(['c', 'd', 'b', 'a']);
    expect(ranked([...notes].reverse())).toEqual(['c', 'd', 'b', 'a']);
    expect(rankNotes(notes, '').map(({ taskId }) => taskId)).toEqual(['d', 'c', 'b', 'a']);
    expect(rankNotes(notes, 'xylophone')).toEqual([]);
  });
});
