import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replaceFile } from './replace-file.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-replace-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

describe('replaceFile', () => {
  it('puts a content in its place, also over another, with nothing beside it', async () => {
    const own = await mkdtemp(join(folder, 'own-'));
    await replaceFile(join(own, 'a'), 'first, and longer');
    await replaceFile(join(own, 'a'), new Uint8Array([111, 107]));
    expect(await readFile(join(own, 'a'), 'utf8')).toBe('ok');
    expect(await readdir(own)).toEqual(['a']);
  });

  it('is seen whole by whoever reads meanwhile, the last of many being one of them', async () => {
    const own = await mkdtemp(join(folder, 'own-'));
    const contents = Array.from({ length: 8 }, (_, index) => String(index).repeat(200_000));
    await replaceFile(join(own, 'a'), contents[0]!);
    let writing = true;
    const reads: string[] = [];
    const reading = (async () => {
      while (writing) reads.push(await readFile(join(own, 'a'), 'utf8'));
    })();
    await Promise.all(contents.map((content) => replaceFile(join(own, 'a'), content)));
    writing = false;
    await reading;
    for (const read of reads) expect(contents.includes(read)).toBe(true);
    expect(await readdir(own)).toEqual(['a']);
  });

  it('leaves nothing where it fails', async () => {
    const own = await mkdtemp(join(folder, 'own-'));
    await mkdir(join(own, 'a', 'b'), { recursive: true });
    await expect(replaceFile(join(own, 'a'), 'x')).rejects.toThrow();
    await expect(replaceFile(join(own, 'nowhere', 'a'), 'x')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(own)).toEqual(['a']);
  });
});
