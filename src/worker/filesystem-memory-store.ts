import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseForgotten, type KeptNote } from '../agents/choose-forgotten.js';
import { rankNotes } from '../agents/rank-notes.js';
import { MemoryError } from '../errors/memory-error.js';
import { canonicalJson } from '../ports/canonical-json.js';
import { type MemoryNote, type MemoryQuery, type MemoryScope, type MemoryStore, type NoteAddress, NoteOutcome } from '../ports/memory-store.js';
import { memoryNoteSchema } from '../spec/memory-note-schema.js';
import { replaceFile } from './replace-file.js';

/** How much a folder of notes may hold, in whole numbers from 1. @public */
export interface MemoryLimits {
  /** Most notes of one team, or of one project that shares with nobody. @defaultValue 500 */
  readonly notes?: number;
  /** Most bytes of these. @defaultValue 2 MiB */
  readonly bytes?: number;
  /** Most teams and projects; whose last note is the oldest is forgotten whole. @defaultValue 200 */
  readonly scopes?: number;
}

/** Milliseconds after which a file that was never renamed into its place was left by a writer that died. */
const ABANDONED = 3_600_000;

/** How often a folder is made again that is forgotten while a note is written into it. */
const MOST_TRIES = 10;

/**
 * Keeps notes as files of one folder, which several workers of a machine or a mount may share.
 *
 * A note is written beside its place, flushed and renamed into it, so that a reader sees the old one or the new one. Names of files come from hashes
 * alone: ids may be anything. A file that holds no note is passed over. When a limit is crossed, the oldest notes are forgotten, lessons last
 * (`chooseForgotten`), until a tenth of it is free. A search reads all notes of its scope.
 *
 * @public
 */
export class FilesystemMemoryStore implements MemoryStore {
  readonly specificationVersion = 1;
  readonly #folder: string;
  readonly #limits: Required<MemoryLimits>;

  /**
   * @param folder - Made when the first note is kept.
   * @throws MemoryError `memory.invalid-limit`
   */
  constructor(folder: string, { notes = 500, bytes = 2 * 1024 * 1024, scopes = 200 }: MemoryLimits = {}) {
    for (const [name, limit] of Object.entries({ notes, bytes, scopes })) {
      if (!Number.isSafeInteger(limit) || limit < 1) throw invalidLimit(name, limit);
    }
    this.#folder = folder;
    this.#limits = { notes, bytes, scopes };
  }

  async doWrite(note: MemoryNote): Promise<void> {
    const parsed = memoryNoteSchema.safeParse(note);
    if (!parsed.success) throw invalidNote(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
    const folder = this.#scopeFolder(note);
    try {
      const isNew = await putFile(folder, fileName(note), JSON.stringify(note));
      await this.#makeRoom(folder);
      if (isNew) await this.#forgetScopes();
    } catch (cause) {
      throw unwritable(this.#folder, cause);
    }
  }

  async doRead(address: NoteAddress): Promise<MemoryNote | null> {
    const note = await readNote(join(this.#scopeFolder(address), fileName(address)));
    return note !== null && isAbout(note, address) ? note : null;
  }

  async doSearch({ projectId, team, tags = [], words = '', limit }: MemoryQuery): Promise<readonly MemoryNote[]> {
    // What a project noted while it shared with nobody stays its own, and readable to it.
    const scopes =
      team === null
        ? [{ projectId, team }]
        : [
            { projectId, team },
            { projectId, team: null },
          ];
    const notes = (await Promise.all(scopes.map((scope) => this.#readScope(scope)))).flat();
    const settled = notes.filter((note) => note.outcome !== NoteOutcome.OPEN && tags.every((tag) => note.tags.includes(tag)));
    return rankNotes(settled, words).slice(0, limit);
  }

  async doForget({ taskId, ...scope }: MemoryScope & { readonly taskId?: string }): Promise<void> {
    const folder = this.#scopeFolder(scope);
    try {
      // The folder stays: somebody may be writing into it.
      const names =
        taskId === undefined
          ? (await this.#readScope(scope)).filter((note) => note.projectId === scope.projectId).map(fileName)
          : [fileName({ ...scope, taskId })];
      for (const name of names) await rm(join(folder, name), { force: true });
    } catch (cause) {
      throw unwritable(this.#folder, cause);
    }
  }

  /** A folder of its own for each team, and for each project that has none. */
  #scopeFolder({ projectId, team }: MemoryScope): string {
    return join(this.#folder, hash(team === null ? ['project', projectId] : ['team', team]));
  }

  async #readScope(scope: MemoryScope): Promise<readonly MemoryNote[]> {
    const folder = this.#scopeFolder(scope);
    const notes = await Promise.all((await listFolder(folder)).filter((name) => NOTE_FILE.test(name)).map((name) => readNote(join(folder, name))));
    // A folder that was copied by hand, or a file put there, shows nobody what is not for them.
    return notes.filter((note) => note !== null).filter((note) => (scope.team === null ? isOwn(note, scope) : note.team === scope.team));
  }

  async #makeRoom(folder: string): Promise<void> {
    const found = await Promise.all(
      (await listFolder(folder)).map(async (name) => ({ name, stats: await stat(join(folder, name)).catch(() => null) })),
    );
    const files = found.flatMap(({ name, stats }) => (stats === null ? [] : [{ name, bytes: stats.size, modified: stats.mtimeMs }]));
    const abandoned = files.filter(({ name, modified }) => !NOTE_FILE.test(name) && modified < Date.now() - ABANDONED);
    const notes = files.filter(({ name }) => NOTE_FILE.test(name));
    const bytes = notes.reduce((sum, file) => sum + file.bytes, 0);
    const isFull = notes.length > this.#limits.notes || bytes > this.#limits.bytes;
    const kept = isFull ? await Promise.all(notes.map((file) => describeKept(folder, file))) : [];
    const forgotten = [...abandoned.map(({ name }) => name), ...chooseForgotten(kept, this.#limits)];
    await Promise.all(forgotten.map((name) => rm(join(folder, name), { force: true })));
  }

  async #forgetScopes(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => SCOPE_FOLDER.test(name));
    if (names.length <= this.#limits.scopes) return;
    const found = await Promise.all(
      names.map(async (name) => ({ name, modified: (await stat(join(this.#folder, name)).catch(() => null))?.mtimeMs ?? 0 })),
    );
    const oldestFirst = found.sort((one, other) => one.modified - other.modified);
    for (const { name } of oldestFirst.slice(0, -this.#limits.scopes)) {
      // One that is written into at this moment is not unused.
      await rm(join(this.#folder, name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

const NOTE_FILE = /^[0-9a-f]{64}\.json$/;
const SCOPE_FOLDER = /^[0-9a-f]{64}$/;

const hash = (parts: readonly string[]) => createHash('sha256').update(canonicalJson(parts)).digest('hex');

const fileName = ({ projectId, taskId }: NoteAddress) => `${hash([projectId, taskId])}.json`;

const isOwn = (note: MemoryScope, { projectId }: MemoryScope) => note.team === null && note.projectId === projectId;

const isAbout = (note: NoteAddress, { projectId, team, taskId }: NoteAddress) =>
  note.projectId === projectId && note.team === team && note.taskId === taskId;

/** Writes a file in one of our folders. @returns whether the folder had to be made */
async function putFile(folder: string, name: string, content: string): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    const isNew = (await mkdir(folder, { recursive: true })) !== undefined;
    try {
      await replaceFile(join(folder, name), content);
      return isNew;
    } catch (error) {
      // Somebody forgot the whole folder just now.
      if (!isMissing(error) || tries === MOST_TRIES) throw error;
    }
  }
}

/** Names in a folder; none where it is not there. */
async function listFolder(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw unreadable(folder, cause);
  }
}

/** Null for a file that is not there any more or holds no note. */
async function readNote(path: string): Promise<MemoryNote | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw unreadable(path, cause);
  }
  try {
    return memoryNoteSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** What holds no note is worth nothing: it counts as older than all that does. */
async function describeKept(folder: string, { name, bytes }: { readonly name: string; readonly bytes: number }): Promise<KeptNote> {
  const note = await readNote(join(folder, name));
  return { name, bytes, writtenAt: note?.writtenAt ?? '', isLesson: (note?.problems.length ?? 0) > 0 };
}

const isMissing = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT';

const said = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));

const invalidLimit = (name: string, limit: number) =>
  new MemoryError({
    code: 'memory.invalid-limit',
    message: `Expected a whole number from 1 for the limit of ${name}, got ${limit}.`,
    remedy: 'Give a limit as a whole number from 1, or leave it out.',
  });

const invalidNote = (problems: readonly string[]) =>
  new MemoryError({
    code: 'memory.invalid-note',
    message: `Expected a note within its limits, got one with ${problems.join('; ')}.`.slice(0, 1_000),
    remedy: 'Cut its texts to one line each within NOTE_LIMITS.',
  });

const unwritable = (folder: string, cause: unknown) =>
  new MemoryError({
    code: 'memory.unwritable',
    message: `Expected to change the notes in ${folder}, got ${said(cause)}.`,
    remedy: 'Free disk space, or let the worker write to the folder.',
    cause,
  });

const unreadable = (path: string, cause: unknown) =>
  new MemoryError({
    code: 'memory.unreadable',
    message: `Expected to read notes at ${path}, got ${said(cause)}.`,
    remedy: 'Let the worker read the folder.',
    cause,
  });
