import { fileURLToPath } from 'node:url';
import { type LocalModel, localModel } from '@kamachiq/local-model';
import { docstringInstrument, pythonCommandLineTemplate, pythonTaskTemplates, ruffInstrument } from '@kamachiq/python';
import { findSandbox } from '@kamachiq/sandbox';
import { loadProjectSpec } from 'kamachiq/spec';
import { describeLanguageModel } from 'kamachiq/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ModelServer, startModelServer } from '../../../packages/ai-sdk/test/support/model-server.js';
import { TemporalFixture } from '../../../test/support/temporal.js';
import { HttpModel } from '../src/http-model.js';

let embedded: LocalModel;
let server: ModelServer;
beforeAll(async () => {
  embedded = await localModel({ modelFile: process.env.KAMACHIQ_MODEL_FILE ?? 'KAMACHIQ_MODEL_FILE is not set' });
  server = await startModelServer(embedded);
});
afterAll(async () => {
  await server?.close();
  await embedded?.doClose();
});

const open = () => new HttpModel(`${server.baseUrl}/chat/completions`, embedded.id, embedded.contextTokens);
const question = { messages: [{ role: 'user' as const, text: 'Hello' }], maxOutputTokens: 4 };

describe('HttpModel', () => {
  describeLanguageModel({ describe, it, afterAll }, async () => open());

  it('says which of its failures may pass', async () => {
    const never = new AbortController().signal;
    const nobody = new HttpModel('http://127.0.0.1:1', embedded.id, embedded.contextTokens);
    await expect(nobody.doGenerate(question, never)).rejects.toMatchObject({ code: 'model.unavailable', retryable: true });
    const unknown = new HttpModel(open().url, 'nobody-knows-it', embedded.contextTokens);
    await expect(unknown.doGenerate(question, never)).rejects.toMatchObject({ code: 'model.invalid-request', retryable: false });
  });

  describe('on a worker', () => {
    let temporal: TemporalFixture;
    const sandbox = findSandbox();
    beforeAll(async () => {
      temporal = await TemporalFixture.start();
    });
    afterAll(async () => {
      await sandbox.doClose?.();
      await temporal?.stop();
    });

    it('carries out a project', { timeout: 180_000 }, async () => {
      const spec = await loadProjectSpec(fileURLToPath(new URL('../../hello/greeting.yaml', import.meta.url)));
      const ports = {
        model: open(),
        sandbox,
        taskTemplates: pythonTaskTemplates,
        projectTemplates: [pythonCommandLineTemplate],
        instruments: [ruffInstrument(), docstringInstrument()],
      };
      const result = await temporal.withWorker(ports, async (client) => (await client.submit(spec, { reviewTimeoutMinutes: 0.01 })).result());
      expect(result).toMatchObject({ status: 'approved', metrics: { tasks: { failed: 0 } } });
      const written = result.artifacts.find(({ path }) => path === 'hello/greeting.py');
      expect(written?.madeBy).toMatchObject({ kind: 'model', model: embedded.id });
    });
  });
});
