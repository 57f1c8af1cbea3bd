import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InvalidInputError } from '../errors/invalid-input-error.js';
import { loadProjectSpec } from './load-project-spec.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kamachiq-spec-'));
});
afterAll(() => rm(directory, { recursive: true }));

const findingsOf = async (path: string) => {
  const error = await loadProjectSpec(path).then(
    () => null,
    (thrown: InvalidInputError) => thrown,
  );
  expect(error).toMatchObject({ code: 'spec.invalid', message: expect.stringContaining(`${path} has 1 problem: `) });
  return error!.findings;
};

describe('loadProjectSpec', () => {
  it('reads a file', async () => {
    const path = join(directory, 'spec.yaml');
    await writeFile(path, 'name: Zähler\ngoals: [It counts.]\nbudget_total: 100\n');
    await expect(loadProjectSpec(path)).resolves.toMatchObject({ name: 'Zähler', packageName: 'zahler' });
  });

  it('names a file that is missing, a directory, a device', async () => {
    expect(await findingsOf(join(directory, 'none.yaml'))).toEqual([
      { code: 'spec.file-missing', path: '', expected: 'a file', got: 'nothing of that name' },
    ]);
    expect(await findingsOf(directory)).toEqual([{ code: 'spec.file-unreadable', path: '', expected: 'a file', got: 'a directory' }]);
    expect(await findingsOf('/dev/zero')).toEqual([{ code: 'spec.file-unreadable', path: '', expected: 'a file', got: 'something else' }]);
  });

  it('refuses 10 MB in one line', async () => {
    const path = join(directory, 'large.yaml');
    await writeFile(path, 'a'.repeat(10_000_000));
    expect(await findingsOf(path)).toEqual([{ code: 'spec.too-large', path: '', expected: 'at most 1,048,576 bytes', got: '10,000,000 bytes' }]);
  });

  it('refuses what is not UTF-8', async () => {
    const path = join(directory, 'latin.yaml');
    await writeFile(path, Uint8Array.of(0x6e, 0xe4, 0x6d, 0x65));
    expect(await findingsOf(path)).toEqual([{ code: 'spec.not-utf8', path: '', expected: 'UTF-8 text', got: 'bytes that are none' }]);
  });
});
