import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { KamachiqError } from '../errors/kamachiq-error.js';
import { readObservation, type TaskObservation } from '../planning/estimates/task-observation.js';
import type { ObservationQuery, ObservationStore } from '../ports/observation-store.js';

/** Size at which a file is closed and another begun, and closed files kept beside it: some 20,000 observations of a template. */
const MOST_BYTES = 4 * 1024 * 1024;
const CLOSED_FILES = 2;

/**
 * Keeps observations as lines of JSON, a file for each template, in a folder that several workers may share; named after hashes, never after what
 * a template is called.
 *
 * Lines are only ever appended, all of a project's by one write, each after its line break: one that was torn by a crash ends where the next begins
 * and is passed over, and a repeat appends the tasks that are missing. Two workers that append the same project at once may both write; it is read once. A file of 4 MB is closed, and of
 * the closed ones the newest two stay.
 *
 * @public
 */
export class FilesystemObservationStore implements ObservationStore {
  readonly specificationVersion = 1;
  readonly #folder: string;

  /** @param folder - A folder of its own, made when the first project ends. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async doAppend(projectId: string, observations: readonly TaskObservation[]): Promise<void> {
    const byTemplate = new Map<string, TaskObservation[]>();
    for (const observation of observations) {
      // What can't be read back must not be written: it would be seen by nobody, and written again and again.
      const sound = readObservation({ ...observation, projectId });
      if (sound === null) continue;
      const own = byTemplate.get(sound.template);
      if (own === undefined) byTemplate.set(sound.template, [sound]);
      else own.push(sound);
    }
    try {
      for (const [template, own] of byTemplate) {
        const known = (await this.#readTemplate(template)).filter((observation) => observation.projectId === projectId);
        const tasks = new Set(known.map(({ taskId }) => taskId));
        const missing = own.filter(({ taskId }) => !tasks.has(taskId));
        if (missing.length > 0) await this.#append(template, missing.map((observation) => `\n${JSON.stringify(observation)}`).join(''));
      }
    } catch (cause) {
      if (KamachiqError.isInstance(cause)) throw cause;
      throw new KamachiqError({
        code: 'observations.unwritable',
        message: `Expected to keep observations in ${this.#folder}, got ${messageOf(cause)}.`,
        remedy: 'Free disk space, or let the worker write to the folder.',
        cause,
      });
    }
  }

  async doRead({ template, persona, model, limit }: ObservationQuery): Promise<readonly TaskObservation[]> {
    const fitting = (await this.#readTemplate(template)).filter(
      (observation) => (persona === undefined || observation.persona === persona) && (model === undefined || observation.model === model),
    );
    return fitting.slice(Math.max(0, fitting.length - limit));
  }

  async #append(template: string, lines: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const path = join(this.#folder, `${nameOf(template)}.jsonl`);
    const file = await open(path, 'a');
    let size: number;
    try {
      await file.appendFile(lines);
      await file.sync();
      ({ size } = await file.stat());
    } finally {
      await file.close();
    }
    if (size > MOST_BYTES) await this.#closeFile(template, path);
  }

  /** Every closed file has a name of its own: of two workers that close at once, neither overwrites what the other closed. */
  async #closeFile(template: string, path: string): Promise<void> {
    const closed = `${nameOf(template)}.${String(Date.now()).padStart(15, '0')}-${randomUUID()}.jsonl`;
    await rename(path, join(this.#folder, closed)).catch(ignoreMissing);
    const files = (await this.#files(template)).slice(0, -1);
    for (const old of files.slice(0, -CLOSED_FILES)) await rm(old, { force: true });
  }

  /** Paths of a template's files, the oldest first; the one that is open is the last, whether it is there or not. */
  async #files(template: string): Promise<readonly string[]> {
    const prefix = `${nameOf(template)}.`;
    const names = await readdir(this.#folder).catch(ignoreMissing);
    const closed = (names ?? []).filter((name) => name.startsWith(prefix) && name !== `${prefix}jsonl`).sort();
    return [...closed, `${prefix}jsonl`].map((name) => join(this.#folder, name));
  }

  async #readTemplate(template: string): Promise<readonly TaskObservation[]> {
    const byTask = new Map<string, TaskObservation>();
    try {
      for (const path of await this.#files(template)) {
        for (const line of await readLines(path)) {
          const observation = readObservation(parse(line));
          if (observation === null || observation.template !== template) continue;
          const key = JSON.stringify([observation.projectId, observation.taskId]);
          if (!byTask.has(key)) byTask.set(key, observation);
        }
      }
    } catch (cause) {
      throw new KamachiqError({
        code: 'observations.unreadable',
        message: `Expected to read observations in ${this.#folder}, got ${messageOf(cause)}.`,
        remedy: 'Let the folder and its files be read, or name another.',
        cause,
      });
    }
    return [...byTask.values()];
  }
}

const nameOf = (template: string): string => createHash('sha256').update(template).digest('hex').slice(0, 32);

/** Longest file that is read: one of ours is closed long before. */
const LONGEST_FILE = 16 * MOST_BYTES;

async function readLines(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(ignoreMissing);
  if (found === undefined || found.size > LONGEST_FILE) return [];
  return ((await readFile(path, 'utf8').catch(ignoreMissing)) ?? '').split('\n');
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** A file may be closed or removed by another worker in between. */
function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
