import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeArtifactStore } from '../testing/describe-artifact-store.js';
import { FilesystemArtifactStore } from './filesystem-artifact-store.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-store-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

const bytes = (text: string) => new TextEncoder().encode(text);
const pathOf = (store: string, sha256: string) => join(store, sha256.slice(0, 2), sha256);

describeArtifactStore({ describe, it, afterAll }, async () => new FilesystemArtifactStore(join(folder, 'contract')));

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

  it('notices a flipped byte', async () => {
    const store = new FilesystemArtifactStore(folder);
    const reference = await store.doPut(bytes('the truth'), 'text/plain');
    const path = pathOf(folder, reference.sha256);
    const content = await readFile(path);
    content[0]! ^= 1;
    await writeFile(path, content);
    await expect(store.doGet(reference)).rejects.toMatchObject({ code: 'artifact.corrupted' });
  });

  it('says what is missing, and never looks outside its folder', async () => {
    const store = new FilesystemArtifactStore(folder);
    for (const sha256 of ['0'.repeat(64), '../../etc/passwd', '', '__proto__']) {
      await expect(store.doGet({ sha256, bytes: 1, mediaType: 'x/y' })).rejects.toMatchObject({ code: 'artifact.missing' });
    }
  });

  it('leaves nothing behind when it can’t write', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    await expect(new FilesystemArtifactStore(join(file, 'below')).doPut(bytes('x'), 'x/y')).rejects.toMatchObject({ code: 'artifact.unwritable' });
  });
});
