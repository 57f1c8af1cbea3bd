import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { localModel } from '@kamachiq/local-model';
import { pythonProjects } from '@kamachiq/python';
import { loadProjectSpec } from 'kamachiq/spec';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TemporalFixture } from '../support/temporal.js';

/* Every spec of examples/, carried out by the embedded model: their histories are replayed with all others. */

const folder = fileURLToPath(new URL('../../examples', import.meta.url));
const specs = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.yaml') && !path.includes('node_modules')).sort();

const full = process.env.KAMACHIQ_TEST_FULL === '1';
describe.runIf(full)(`the examples${full ? '' : ' [needs two minutes: npm run test:full]'}`, () => {
  it.each(specs)('%s is approved', { timeout: 900_000 }, async (path) => {
    const spec = await loadProjectSpec(join(folder, path));
    // Each has its own: a worker that stops closes the model and the sandbox that it was given.
    const model = await localModel({ modelFile: process.env.KAMACHIQ_MODEL_FILE! });
    const temporal = await TemporalFixture.start();
    onTestFinished(() => temporal.stop());
    const result = await temporal.withWorker({ model, ...pythonProjects() }, async (client) => (await client.submit(spec)).result());
    expect(result.status, result.reason).toBe('approved');
  });
});
