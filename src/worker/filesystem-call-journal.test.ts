import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelCallRecord } from '../report/project-report.js';
import { describeCallJournal } from '../testing/describe-call-journal.js';
import { FilesystemCallJournal } from './filesystem-call-journal.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-journal-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

describeCallJournal({ describe, it, afterAll }, async () => new FilesystemCallJournal(join(folder, 'contract')));

const call = (key: string, outputTokens = 50): ModelCallRecord => ({
  key,
  model: 'a/model',
  seed: null,
  temperature: 0,
  promptSha256: '0'.repeat(64),
  inputTokens: 100,
  outputTokens,
  reported: false,
  finishReason: 'lost',
});

/** The one file of a journal of one attempt. */
async function fileOf(journalFolder: string): Promise<string> {
  const [name, ...others] = await readdir(journalFolder);
  expect(others).toEqual([]);
  return join(journalFolder, name!);
}

describe('FilesystemCallJournal', () => {
  it('knows all calls or says that it doesn’t, wherever its file was torn', async () => {
    const place = join(folder, 'torn');
    const journal = new FilesystemCallJournal(place);
    await journal.doBegin('a');
    await journal.doOpen('a', call('a/0'));
    await journal.doOpen('a', call('a/1'));
    await journal.doClose('a', call('a/0', 3));
    const path = await fileOf(place);
    const whole = await readFile(path, 'utf8');
    const ends = [...whole.matchAll(/\n|$/g)].map(({ index }) => index);
    const expected = [null, null, [], [call('a/0')], [call('a/0'), call('a/1')], [call('a/0', 3), call('a/1')]];
    expect(ends).toHaveLength(5);
    for (let length = 0; length <= whole.length; length += 1) {
      await writeFile(path, whole);
      await truncate(path, length);
      const sealed = await journal.doSeal('a');
      // At the end of a line, or just behind the break that begins the next, nothing is missing.
      const complete = ends.findLastIndex((end) => end === length || end + 1 === length);
      expect(sealed, `${length} bytes`).toEqual(complete < 0 ? null : expected[complete + 1]);
    }
  });

  it('never takes a damaged file for fewer calls than were opened', async () => {
    const place = join(folder, 'damaged');
    const journal = new FilesystemCallJournal(place);
    await journal.doBegin('a');
    for (const key of ['a/0', 'a/1', 'a/2']) await journal.doOpen('a', call(key));
    const path = await fileOf(place);
    const whole = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: whole.length - 1 }), fc.constantFrom(0, 10, 34, 44, 125, 255), async (at, byte) => {
        const damaged = Uint8Array.from(whole);
        damaged[at] = byte;
        await writeFile(path, damaged);
        const sealed = await journal.doSeal('a');
        if (sealed !== null) expect(sealed).toHaveLength(3);
      }),
      { numRuns: 200 },
    );
  });

  it('can’t tell what was opened before its folder was removed', async () => {
    const place = join(folder, 'removed');
    const journal = new FilesystemCallJournal(place);
    await journal.doBegin('a');
    await journal.doOpen('a', call('a/0', 9_000));
    await rm(place, { recursive: true });
    await journal.doOpen('a', call('a/1', 10));
    expect(await journal.doSeal('a')).toBeNull();
  });

  it('names files after hashes and shows for whom', async () => {
    const place = join(folder, 'names');
    await new FilesystemCallJournal(place).doBegin('../../project/run/5');
    const path = await fileOf(place);
    expect(path).toMatch(/\/[0-9a-f]{64}\.jsonl$/);
    expect(await readFile(path, 'utf8')).toContain('../../project/run/5');
  });

  it('removes what a week has passed over, and nothing else', async () => {
    const place = join(folder, 'old');
    const journal = new FilesystemCallJournal(place);
    await journal.doBegin('old');
    const old = await fileOf(place);
    await journal.doBegin('young');
    const day = 24 * 60 * 60;
    await utimes(old, 0, Date.now() / 1_000 - 8 * day);
    await writeFile(join(place, 'of-somebody-else'), '');
    await utimes(join(place, 'of-somebody-else'), 0, 0);
    await new FilesystemCallJournal(place).doBegin('next');
    const left = await readdir(place);
    expect(left).toHaveLength(3);
    expect(left).toContain('of-somebody-else');
    expect(left.map((name) => join(place, name))).not.toContain(old);
  });

  it('refuses a call that it can’t write down', async () => {
    const file = join(folder, 'a-file');
    await appendFile(file, '');
    const journal = new FilesystemCallJournal(join(file, 'below'));
    await expect(journal.doBegin('a')).rejects.toMatchObject({ code: 'journal.unwritable' });
    await expect(journal.doOpen('a', call('a/0'))).rejects.toMatchObject({ code: 'journal.unwritable' });
    await expect(journal.doSeal('a')).rejects.toMatchObject({ code: 'journal.unwritable' });
  });

  it('knows every call that a process had opened when it was killed, and seals away those of one that lives', { timeout: 60_000 }, async () => {
    const writer = [
      '--import',
      new URL('../../test/support/resolve-sources.mjs', import.meta.url).href,
      fileURLToPath(new URL('./fixtures/journal-writer.ts', import.meta.url)),
    ];
    for (const [round, ends] of ['killed', 'lives', 'killed', 'lives', 'killed', 'lives'].entries()) {
      const place = join(folder, `processes-${round}`);
      const child = spawn(process.execPath, [...writer, place], { stdio: ['pipe', 'pipe', 'inherit'] });
      const exit = once(child, 'exit');
      const opened: string[] = [];
      const lines = createInterface(child.stdout!);
      const enough = Promise.withResolvers<void>();
      exit.then(() => enough.reject(new Error('Expected a writer that goes on, got one that ended.')));
      lines.on('line', (line) => {
        opened.push(line);
        if (opened.length === 5 + round * 7) enough.resolve();
      });
      const closed = once(lines, 'close');
      try {
        await enough.promise;
        if (ends === 'killed') {
          child.kill('SIGKILL');
          await exit;
        }
        const sealed = await new FilesystemCallJournal(place).doSeal('attempt');
        // One that lives goes on until it is refused, and ends with that.
        await exit;
        await closed;
        if (ends === 'lives') expect(opened.pop()).toBe('journal.sealed');
        if (sealed === null) throw new Error('Expected a journal that can be read: no line was torn.');
        const known = sealed.map(({ key }) => key);
        expect(opened.filter((key) => !known.includes(key))).toEqual([]);
        // At most the one whose opening was not answered yet.
        expect(known.length - opened.length).toBeLessThanOrEqual(1);
      } finally {
        child.kill('SIGKILL');
      }
    }
  });
});
