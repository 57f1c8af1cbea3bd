import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { beatenServer } from '../../../test/support/beaten-server.js';
import { startDevServer } from './dev-server.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-dev-server-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

describe('startDevServer', () => {
  it('looks for another port where one was taken from under it', async () => {
    vi.stubEnv('KAMACHIQ_TEMPORAL_SERVER', await beatenServer(folder));
    const server = await startDevServer({ databaseFile: join(folder, 'temporal.db') });
    try {
      expect(await fetch(server.webAddress)).toMatchObject({ ok: true });
    } finally {
      await server.stop();
      await server.ended;
    }
  });

  it('looks for no other than the port that was asked for', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { readonly port: number };
    try {
      const refused = startDevServer({ databaseFile: join(folder, 'other.db'), port });
      await expect(refused).rejects.toMatchObject({ code: 'cli.port-taken', message: expect.stringContaining(`port ${port}`) });
    } finally {
      taken.close();
    }
  });
});
