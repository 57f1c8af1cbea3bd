import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findInCache } from './find-in-cache.js';

const before = process.env.KAMACHIQ_CACHE;
let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'kamachiq-cache-'));
  // As set-up leaves it: the name of one program begins like that of the other.
  for (const folder of ['temporal-1.9.1-abc', 'temporal-test-server-1.40.0-def']) await mkdir(join(cache, folder));
  process.env.KAMACHIQ_CACHE = cache;
});
afterAll(async () => {
  if (before === undefined) delete process.env.KAMACHIQ_CACHE;
  else process.env.KAMACHIQ_CACHE = before;
  await rm(cache, { recursive: true, force: true });
});

describe('findInCache', () => {
  it('finds a program by its own name, and none whose name only begins like it', async () => {
    expect(await findInCache('temporal')).toBe(join(cache, 'temporal-1.9.1-abc', 'temporal'));
    expect(await findInCache('temporal-test-server')).toBe(join(cache, 'temporal-test-server-1.40.0-def', 'temporal-test-server'));
    expect(await findInCache('temporal-test')).toBeNull();
  });
});
