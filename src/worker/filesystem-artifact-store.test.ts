import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import type { ArtifactReference } from 'kamachiq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeArtifactStore } from '../testing/describe-artifact-store.js';
import { FilesystemArtifactStore } from './filesystem-artifact-store.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-store-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

const HOUR = 3_600_000;
const bytes = (text: string) => new TextEncoder().encode(text);
const pathOf = (store: string, { sha256 }: Pick<ArtifactReference, 'sha256'>) => join(store, sha256.slice(0, 2), sha256);
const beside = async (store: string, { sha256 }: ArtifactReference) => (await readdir(join(store, sha256.slice(0, 2)))).sort();

async function flipByte(store: string, reference: ArtifactReference): Promise<void> {
  const path = pathOf(store, reference);
  const content = await readFile(path);
  content[0]! ^= 1;
  await writeFile(path, content);
}

async function makeOlder(path: string, milliseconds: number): Promise<void> {
  const then = new Date(Date.now() - milliseconds);
  await utimes(path, then, then);
}

describeArtifactStore({ describe, it, afterAll }, async () => new FilesystemArtifactStore(join(folder, 'contract')), {
  damage: (reference) => flipByte(join(folder, 'contract'), reference),
});

describe('FilesystemArtifactStore', () => {
  it('gives back what was stored, under the same reference every time', async () => {
    const store = new FilesystemArtifactStore(join(folder, 'round-trip'));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (content) => {
        const reference = await store.doPut(content, 'x/y');
        expect(await store.doPut(content, 'x/y')).toEqual(reference);
        expect(new Uint8Array(await store.doGet(reference))).toEqual(content);
      }),
      { numRuns: 50 },
    );
  });

  it('stores five megabytes, from twenty writers at once, as one file', async () => {
    const store = new FilesystemArtifactStore(join(folder, 'large'));
    const content = new Uint8Array(5 * 1024 * 1024).fill(7);
    const references = await Promise.all(Array.from({ length: 20 }, () => store.doPut(content, 'x/y')));
    expect(new Set(references.map(({ sha256 }) => sha256)).size).toBe(1);
    const [prefix] = await readdir(join(folder, 'large'));
    expect(await readdir(join(folder, 'large', prefix!))).toEqual([references[0]!.sha256]);
  });

  it('keeps a damaged file beside the new one, and never reads it again', async () => {
    const place = join(folder, 'damaged');
    const store = new FilesystemArtifactStore(place);
    const reference = await store.doPut(bytes('the truth'), 'text/plain');
    await flipByte(place, reference);
    await store.doPut(bytes('the truth'), 'text/plain');
    const [whole, damaged, ...more] = await beside(place, reference);
    expect([whole, more]).toEqual([reference.sha256, []]);
    expect(damaged).toMatch(new RegExp(`^${reference.sha256}\\.damaged-[0-9a-f-]{36}$`));
    expect(await readFile(join(place, reference.sha256.slice(0, 2), damaged!), 'utf8')).toBe('uhe truth');
    expect(new TextDecoder().decode(await store.doGet(reference))).toBe('the truth');
  });

  it('writes a content anew of which a part is gone', async () => {
    const place = join(folder, 'cut');
    const store = new FilesystemArtifactStore(place);
    const reference = await store.doPut(bytes('the whole truth'), 'text/plain');
    await writeFile(pathOf(place, reference), 'the');
    await expect(store.doGet(reference)).rejects.toMatchObject({ code: 'artifact.corrupted' });
    await store.doPut(bytes('the whole truth'), 'text/plain');
    expect(new TextDecoder().decode(await store.doGet(reference))).toBe('the whole truth');
  });

  it('says what can’t be read, apart from what is not there', async () => {
    const place = join(folder, 'unreadable');
    const reference = await new FilesystemArtifactStore(place).doPut(bytes('x'), 'x/y');
    await rm(pathOf(place, reference));
    await mkdir(pathOf(place, reference));
    await expect(new FilesystemArtifactStore(place).doGet(reference)).rejects.toMatchObject({ code: 'artifact.unreadable' });
    await expect(new FilesystemArtifactStore(join(folder, 'elsewhere')).doGet(reference)).rejects.toMatchObject({ code: 'artifact.missing' });
  });

  it('leaves nothing behind when it can’t write', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    await expect(new FilesystemArtifactStore(join(file, 'below')).doPut(bytes('x'), 'x/y')).rejects.toMatchObject({ code: 'artifact.unwritable' });
  });

  it('leaves no part of a content behind when it may not write all of it', async () => {
    const place = join(folder, 'full');
    // The limit of a process on the size of its files stands in for a full disk: the write breaks off in the middle, and the system says so.
    const program = `
      import { FilesystemArtifactStore } from ${JSON.stringify(new URL('./filesystem-artifact-store.ts', import.meta.url).href)};
      const store = new FilesystemArtifactStore(process.argv[1]);
      const { code, message } = await store.doPut(new Uint8Array(1_000_000), 'x/y').catch((error) => error);
      const { bytes } = await store.doPut(new TextEncoder().encode('small'), 'x/y');
      console.log(JSON.stringify({ code, message, bytes }));`;
    const loader = fileURLToPath(new URL('../../test/support/source-loader.mjs', import.meta.url));
    const limited = 'trap "" XFSZ; ulimit -f 64; exec "$0" --import "$1" --input-type=module --eval "$2" "$3"';
    const { stdout } = await promisify(execFile)('sh', ['-c', limited, process.execPath, loader, program, place]);
    const told = JSON.parse(stdout) as unknown;
    expect(told).toEqual({ code: 'artifact.unwritable', message: expect.stringContaining('EFBIG'), bytes: 5 });
    const names = (await Promise.all((await readdir(place)).map((prefix) => readdir(join(place, prefix))))).flat();
    expect(names).toEqual([createHash('sha256').update('small').digest('hex')]);
  });
});

describe('sweeping a folder', () => {
  const TWO_HOURS_AGO = () => new Date(Date.now() - 2 * HOUR);

  it('removes what is older, and keeps what was put again since', async () => {
    const place = join(folder, 'aged');
    const store = new FilesystemArtifactStore(place);
    const [old, renewed, young] = [
      await store.doPut(bytes('old'), 'x/y'),
      await store.doPut(bytes('renewed'), 'x/y'),
      await store.doPut(bytes('young'), 'x/y'),
    ];
    for (const reference of [old, renewed]) await makeOlder(pathOf(place, reference), 3 * HOUR);
    await store.doPut(bytes('renewed'), 'x/y');
    expect(await store.doSweep(TWO_HOURS_AGO(), { dryRun: true })).toEqual({ contents: 1, bytes: 3 });
    expect(await store.doSweep(TWO_HOURS_AGO())).toEqual({ contents: 1, bytes: 3 });
    await expect(store.doGet(old)).rejects.toMatchObject({ code: 'artifact.missing' });
    for (const reference of [renewed, young]) expect(await store.doGet(reference)).toHaveLength(reference.bytes);
  });

  it('removes what killed writers and damage left once it lies there as long, and nothing that is not its own', async () => {
    const place = join(folder, 'left');
    const store = new FilesystemArtifactStore(place);
    const reference = await store.doPut(bytes('kept'), 'x/y');
    const prefix = join(place, reference.sha256.slice(0, 2));
    const strangers = [join(place, 'observations.jsonl'), join(prefix, 'notes.txt'), join(place, 'journal', reference.sha256)];
    const leftovers = ['damaged-1b', 'swept-1b', '0b0e8a5c-3f43-4d61-9a1c-5f3f4d8e6a11'].map((name) => `${pathOf(place, reference)}.${name}`);
    await mkdir(join(place, 'journal'));
    for (const path of [...strangers, ...leftovers]) {
      await writeFile(path, 'x');
      await makeOlder(path, 3 * HOUR);
    }
    expect(await store.doSweep(TWO_HOURS_AGO())).toEqual({ contents: 0, bytes: 0 });
    expect(await beside(place, reference)).toHaveLength(5);
    expect(await store.doSweep(new Date(Date.now() + HOUR))).toEqual({ contents: 1, bytes: 4 });
    expect(await beside(place, reference)).toEqual(['notes.txt']);
    for (const path of strangers) expect((await stat(path)).isFile()).toBe(true);
  });

  it('never takes a content from under a writer that just put it', async () => {
    const place = join(folder, 'raced');
    const store = new FilesystemArtifactStore(place);
    const reference = await store.doPut(bytes('contended'), 'x/y');
    for (let round = 0; round < 200; round += 1) {
      await makeOlder(pathOf(place, reference), 3 * HOUR);
      await Promise.all([store.doSweep(TWO_HOURS_AGO()), store.doPut(bytes('contended'), 'x/y'), store.doSweep(TWO_HOURS_AGO())]);
      expect(await store.doGet(reference)).toHaveLength(9);
    }
  });

  it('finds nothing where nothing was ever stored', async () => {
    expect(await new FilesystemArtifactStore(join(folder, 'never')).doSweep(new Date())).toEqual({ contents: 0, bytes: 0 });
  });

  it('says when it can’t look', async () => {
    const file = join(folder, 'no-folder');
    await writeFile(file, '');
    await expect(new FilesystemArtifactStore(file).doSweep(new Date())).rejects.toMatchObject({ code: 'artifact.unwritable' });
  });
});
