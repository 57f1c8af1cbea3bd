import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findInCache } from './find-in-cache.js';

const MODEL = 'SmolLM2-135M-Instruct.Q4_1.gguf';

const before = process.env.KAMACHIQ_CACHE;
let cache: string;
/** As set-up leaves it. */
async function keep(folder: string, file: string): Promise<string> {
  await mkdir(join(cache, folder), { recursive: true });
  await writeFile(join(cache, folder, file), '');
  return join(cache, folder, file);
}
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'kamachiq-cache-'));
  process.env.KAMACHIQ_CACHE = cache;
});
afterAll(async () => {
  if (before === undefined) delete process.env.KAMACHIQ_CACHE;
  else process.env.KAMACHIQ_CACHE = before;
  await rm(cache, { recursive: true, force: true });
});

describe('findInCache', () => {
  it('finds every file by its own name, and none whose name only begins like it', async () => {
    const temporal = await keep('temporal-1.9.1-712217694cac', 'temporal');
    const testServer = await keep('temporal-test-server-1.40.0-19defb9f7318', 'temporal-test-server');
    const model = await keep(`${MODEL}-Q4_1-b179c9523d0e`, MODEL);
    expect(await findInCache('temporal')).toBe(temporal);
    expect(await findInCache('temporal-test-server')).toBe(testServer);
    expect(await findInCache(MODEL)).toBe(model);
    expect(await findInCache('temporal-test')).toBeNull();
    expect(await findInCache('server')).toBeNull();
  });

  it('takes the newest version, and no folder that a set-up left without its file', async () => {
    await keep('node-1.9.0-aaaaaaaaaaaa', 'node');
    await keep('node-1.9.0-bbbbbbbbbbbb', 'node.stamp');
    const newest = await keep('node-1.10.0-000000000000', 'node');
    await mkdir(join(cache, 'node-1.11.0-cccccccccccc'));
    expect(await findInCache('node')).toBe(newest);
  });

  it('finds nothing where there is no cache', async () => {
    process.env.KAMACHIQ_CACHE = join(cache, 'nowhere');
    expect(await findInCache(MODEL)).toBeNull();
    process.env.KAMACHIQ_CACHE = cache;
  });
});
