import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningCommand } from '../support/command-line.js';

let folder: string;
let cache: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-e2e-cache-'));
  cache = join(folder, 'cache');
  const { KAMACHIQ_MODEL_FILE, KAMACHIQ_TEMPORAL_SERVER } = process.env;
  await keep('temporal-1.9.1-712217694cac', 'temporal', KAMACHIQ_TEMPORAL_SERVER!);
  await keep('temporal-test-server-1.40.0-19defb9f7318', 'temporal-test-server', '/nowhere');
  await keep('SmolLM2-135M-Instruct.Q4_1.gguf-Q4_1-b179c9523d0e', 'SmolLM2-135M-Instruct.Q4_1.gguf', KAMACHIQ_MODEL_FILE!);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** As set-up leaves it. */
async function keep(name: string, fileName: string, file: string) {
  await mkdir(join(cache, name), { recursive: true });
  await symlink(file, join(cache, name, fileName));
}

const NOTHING_NAMED = { KAMACHIQ_MODEL_FILE: undefined, KAMACHIQ_TEMPORAL_SERVER: undefined, OPENAI_BASE_URL: undefined, KAMACHIQ_MODEL: undefined };

describe('a command line in a clone, after `npm run setup`', () => {
  it('finds the server and the model in the cache when nothing names them', async () => {
    const place = { cwd: folder, env: { KAMACHIQ_CACHE: cache, PATH: '/nowhere', ...NOTHING_NAMED } };
    const server = new RunningCommand(place, 'dev', '--port', '0', '--ui-port', '0');
    try {
      const [, address] = await server.says(/Temporal server (\S+),/);
      const worker = new RunningCommand(place, 'worker', '--address', address!);
      try {
        expect((await worker.says(/model (\S+)\. Ctrl-C/))[1]).toMatch(/smollm2/i);
      } finally {
        await worker.stop();
      }
    } finally {
      await server.stop();
    }
  });
});
