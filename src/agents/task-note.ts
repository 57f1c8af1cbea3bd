import type { TaskNode } from '../graph/task-node.js';
import type { TaskTemplate } from '../planning/task-template.js';
import type { AgentOutcome } from '../ports/agent-runner.js';
import { type MemoryNote, type MemoryScope, NOTE_LIMITS, NoteOutcome } from '../ports/memory-store.js';
import { GateDecision, type QualityVerdict } from '../quality/quality-gate.js';
import { displayText } from '../report/display-text.js';
import type { Persona } from './persona.js';

/** Longest line that a prompt is shown of one note, in UTF-16 units. */
const SHOWN_NOTE = 400;

/** Most that is told of one thing in such a line. */
const SHOWN_PART = 160;

/** What a note on a task is taken from, whatever became of it. */
export interface NotedTask extends MemoryScope {
  readonly projectName: string;
  readonly task: TaskNode;
  /** Null where nobody knows the template any more. */
  readonly template: TaskTemplate | null;
  readonly persona: Persona | null;
  /** ISO 8601. */
  readonly writtenAt: string;
}

/** Which work on a task a note is about, and what was said of the work before. */
export interface NotedWork {
  /** @defaultValue 1 */
  readonly start?: number;
  readonly remediation: number;
  readonly attempt: number;
  readonly feedback: readonly string[];
}

/** The note on an attempt that ended: open where it passed, until somebody decides about it. */
export function noteAttempt(
  noted: NotedTask,
  { passed, files, outputs, problems }: Pick<AgentOutcome, 'passed' | 'files' | 'outputs' | 'problems'>,
  { start = 1, remediation, attempt, feedback }: NotedWork,
): MemoryNote {
  const made = [
    ...(files.length === 0 ? [] : [`It wrote ${files.map(({ path }) => path).join(', ')}.`]),
    ...(outputs === undefined ? [] : [`It handed on ${JSON.stringify(outputs)}.`]),
  ];
  return {
    ...noteTask(noted),
    outcome: passed ? NoteOutcome.OPEN : NoteOutcome.FAILED,
    result: line(made.join(' '), NOTE_LIMITS.result),
    // What an attempt that passed was told went wrong is what it mended.
    problems: lines(passed ? feedback : problems),
    start,
    remediation,
    attempt,
  };
}

/** Whether a note is about later work on its task than another. */
export const isLaterWork = (note: MemoryNote, other: MemoryNote): boolean =>
  note.start !== other.start
    ? note.start > other.start
    : note.remediation !== other.remediation
      ? note.remediation > other.remediation
      : note.attempt > other.attempt;

/** A note after a review: decided where the verdict decides. The same verdict again changes nothing. */
export function noteVerdict(note: MemoryNote, { decision, feedback }: Pick<QualityVerdict, 'decision' | 'feedback'>, writtenAt: string): MemoryNote {
  if (decision === GateDecision.APPROVE) return { ...note, outcome: NoteOutcome.SUCCEEDED, writtenAt };
  if (decision === GateDecision.ASK_PERSON) return { ...note, outcome: NoteOutcome.OPEN, writtenAt };
  return { ...note, outcome: NoteOutcome.FAILED, problems: lines(feedback), writtenAt };
}

/** A note on a task of whose work nothing was noted. */
export const noteTask = ({ projectId, team, projectName, task, template, persona, writtenAt }: NotedTask): MemoryNote => ({
  projectId,
  team,
  taskId: task.id,
  projectName: line(projectName, NOTE_LIMITS.projectName),
  type: task.type,
  tags: noteTags(task, template, persona),
  task: line(task.description, NOTE_LIMITS.task),
  outcome: NoteOutcome.OPEN,
  result: '',
  problems: [],
  start: 0,
  remediation: 0,
  attempt: 0,
  writtenAt,
});

/** Type, template, language and persona of a task, as notes are tagged with them. */
export const noteTags = (task: TaskNode, template: TaskTemplate | null, persona: Persona | null): readonly string[] =>
  [
    `type:${task.type}`,
    ...(template === null ? [] : [`template:${template.name}`, `language:${template.language}`]),
    ...(persona === null ? [] : [`persona:${persona.name}`]),
  ].map((tag) => line(tag, NOTE_LIMITS.tag));

/** A note as a prompt shows it: one line, whatever a store or a model put into it. */
export function describeNote({ projectId, projectName, type, task, outcome, result, problems }: MemoryNote, reader: MemoryScope): string {
  const where = projectId === reader.projectId ? 'this project' : `project ${displayText(projectName, 60)}`;
  const wrong = outcome === NoteOutcome.SUCCEEDED ? 'First went wrong, then mended' : 'Went wrong';
  const parts = [
    `[${type}, ${outcome}, ${where}] ${displayText(task, SHOWN_PART)}`,
    ...(problems.length === 0 ? [] : [`${wrong}: ${displayText(problems.join('; '), SHOWN_PART)}`]),
    ...(result === '' ? [] : [displayText(result, SHOWN_PART)]),
  ];
  return line(parts.join(' — '), SHOWN_NOTE);
}

const lines = (problems: readonly string[]) => problems.slice(-NOTE_LIMITS.problems).map((problem) => line(problem, NOTE_LIMITS.problem));

/** One visible line of at most so many units, what tells of a cut included. */
function line(text: string, limit: number): string {
  const shown = displayText(text, limit);
  return shown.length <= limit ? shown : `${shown.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
