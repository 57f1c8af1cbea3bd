import type { TaskType } from '../graph/task-node.js';

/**
 * Port to what agents remember: notes on tasks, taken down by the worker after each task, found again by later tasks and later projects. Every
 * implementation passes `describeMemoryStore` from `kamachiq/testing`.
 *
 * Notes hold what models wrote. They are data to whoever reads them, never instructions.
 *
 * @public
 */
export interface MemoryStore {
  readonly specificationVersion: 1;

  /**
   * Keeps a note, whole or not at all, in the place of an earlier one on the same task; it lasts when this returns. What is too much is forgotten.
   *
   * @throws MemoryError `memory.invalid-note` for what goes beyond {@link NOTE_LIMITS}, `memory.unwritable`.
   */
  doWrite(note: MemoryNote): Promise<void>;

  /**
   * The note on one task, open or not; null where there is none.
   *
   * @throws MemoryError `memory.unreadable`
   */
  doRead(address: NoteAddress): Promise<MemoryNote | null>;

  /**
   * Finds what may help, the most fitting first. Notes on open tasks are never found: nobody decided about them yet.
   *
   * @throws MemoryError `memory.unreadable`
   */
  doSearch(query: MemoryQuery): Promise<readonly MemoryNote[]>;

  /**
   * Forgets the note on one task, or all of a project's where no task is named. Nothing where there is none.
   *
   * @throws MemoryError `memory.unwritable`
   */
  doForget(address: Omit<NoteAddress, 'taskId'> & { readonly taskId?: string }): Promise<void>;
}

/** Who may read a note: a project and, where the host lets it share, the team that it belongs to. @public */
export interface MemoryScope {
  /** Any text. */
  readonly projectId: string;
  /** Any text; notes of a team are read by all of its projects. Null for a project that shares with nobody: its notes are its own. */
  readonly team: string | null;
}

/** Names one note: the same for every delivery and every attempt of a task. @public */
export interface NoteAddress extends MemoryScope {
  /** Any text. */
  readonly taskId: string;
}

/** What became of one task. Plain JSON. Its texts are one line each, within {@link NOTE_LIMITS}. @public */
export interface MemoryNote extends NoteAddress {
  /** Name of the project, for people. */
  readonly projectName: string;
  readonly type: TaskType;
  /** What a query can ask for. Example: `type:code`, `template:free-form`, `language:python`, `persona:developer`. */
  readonly tags: readonly string[];
  /** What was to be done. */
  readonly task: string;
  readonly outcome: NoteOutcome;
  /** What came of it. */
  readonly result: string;
  /** What went wrong in the last work that failed; what followed mended it where the task succeeded. */
  readonly problems: readonly string[];
  /** The work that the note is about: the start from 1, how often a verdict had sent it back, and the attempt from 1; 0 each where none is known. */
  readonly start: number;
  readonly remediation: number;
  readonly attempt: number;
  /** ISO 8601. */
  readonly writtenAt: string;
}

/** What became of a task, as far as it is known: `open` where it passed its checks and nobody decided about it yet. @public */
export const NoteOutcome = { OPEN: 'open', SUCCEEDED: 'succeeded', FAILED: 'failed' } as const;
/** @public */
export type NoteOutcome = (typeof NoteOutcome)[keyof typeof NoteOutcome];

/** What is looked for. @public */
export interface MemoryQuery extends MemoryScope {
  /** Tags that a note must have, all of them. @defaultValue none */
  readonly tags?: readonly string[];
  /** A text whose words decide what fits; a note that shares none is not found. @defaultValue every note fits, the newest first */
  readonly words?: string;
  /** Most notes that are found, at least 1. */
  readonly limit: number;
}

/** Most of what a note may hold, in UTF-16 units. @public */
export const NOTE_LIMITS = {
  /** Of project, team and task ids each. */
  id: 1_000,
  projectName: 200,
  tags: 16,
  tag: 200,
  task: 600,
  result: 600,
  problems: 5,
  problem: 300,
} as const;
