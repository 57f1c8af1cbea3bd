import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { KamachiqError } from '../errors/kamachiq-error.js';
import type { CallJournal } from '../ports/call-journal.js';
import type { ModelCallRecord } from '../report/project-report.js';
import { readJournal, SEAL } from './read-journal.js';

/** Milliseconds after which nobody asks for an attempt any more, and between two looks for such. */
const KEPT = 7 * 24 * 60 * 60 * 1_000;
const BETWEEN_SWEEPS = 24 * 60 * 60 * 1_000;

/**
 * Keeps calls as lines of files, one file an attempt, in a folder that several workers may share; named after hashes, never after ids.
 *
 * Lines are only ever appended, each by one write, and flushed before a call is made. Whoever appends reads the file afterwards, so that the
 * order of the lines decides between a call and a seal; this needs a file system that appends atomically, as local ones do and NFS does not.
 * A worker that can't see the folder of the one that was lost knows nothing of its attempts: they are charged in full.
 *
 * What an attempt leaves stays for seven days after its last line, since the server may learn of its end late or never, and is then removed
 * when another begins: the folder holds a week's attempts, each of some hundred bytes a call.
 *
 * @public
 */
export class FilesystemCallJournal implements CallJournal {
  readonly specificationVersion = 1;
  readonly #folder: string;
  #sweptAt = 0;

  /** @param folder - A folder of its own, made when the first attempt begins. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async doBegin(attempt: string): Promise<void> {
    await this.#removeOld();
    // For people who look into the folder; nothing reads the name again.
    await this.#appendUnlessSealed(attempt, { begin: attempt.slice(0, 200) });
  }

  async doOpen(attempt: string, call: ModelCallRecord): Promise<void> {
    await this.#appendUnlessSealed(attempt, { open: call });
  }

  async doClose(attempt: string, call: ModelCallRecord): Promise<void> {
    await this.#append(attempt, JSON.stringify({ close: call }), false);
  }

  async doSeal(attempt: string): Promise<readonly ModelCallRecord[] | null> {
    await this.#append(attempt, SEAL, true);
    return readJournal(await this.#read(attempt)).calls;
  }

  async #appendUnlessSealed(attempt: string, entry: unknown): Promise<void> {
    await this.#append(attempt, JSON.stringify(entry), true);
    if (readJournal(await this.#read(attempt)).sealed) throw sealed(attempt);
  }

  /** A line begins with its line break: one that was torn ends where the next begins, and spoils no other. */
  async #append(attempt: string, line: string, durably: boolean): Promise<void> {
    const bytes = Buffer.from(`\n${line}`);
    try {
      await mkdir(this.#folder, { recursive: true });
      const file = await open(this.#path(attempt), 'a');
      try {
        await file.appendFile(bytes);
        if (!durably) return;
        await file.sync();
        // A file is no more durable than its name.
        if ((await file.stat()).size === bytes.byteLength) await syncFolder(this.#folder);
      } finally {
        await file.close();
      }
    } catch (cause) {
      throw new KamachiqError({
        code: 'journal.unwritable',
        message: `Expected to append ${bytes.byteLength} bytes to a journal in ${this.#folder}, got ${messageOf(cause)}.`,
        remedy: 'Free disk space, or let the worker write to the folder.',
        cause,
      });
    }
  }

  async #read(attempt: string): Promise<string> {
    try {
      return await readFile(this.#path(attempt), 'utf8');
    } catch (cause) {
      throw new KamachiqError({
        code: 'journal.unreadable',
        message: `Expected to read a journal in ${this.#folder}, got ${messageOf(cause)}.`,
        remedy: 'Let the worker read the folder, and nothing else change it.',
        cause,
      });
    }
  }

  async #removeOld(): Promise<void> {
    const now = Date.now();
    if (now - this.#sweptAt < BETWEEN_SWEEPS) return;
    this.#sweptAt = now;
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (!NAME.test(name)) continue;
      const path = join(this.#folder, name);
      // Another worker may be at it too.
      const modifiedAt = await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => now,
      );
      if (now - modifiedAt > KEPT) await rm(path, { force: true }).catch(() => undefined);
    }
  }

  #path(attempt: string): string {
    return join(this.#folder, `${createHash('sha256').update(attempt).digest('hex')}.jsonl`);
  }
}

const NAME = /^[0-9a-f]{64}\.jsonl$/;

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));

const sealed = (attempt: string) =>
  new KamachiqError({
    code: 'journal.sealed',
    message: `Expected an attempt that goes on, got one that was given up as lost: ${JSON.stringify(attempt.slice(0, 200))}.`,
    remedy: 'Nothing; another attempt is made in its place.',
  });
