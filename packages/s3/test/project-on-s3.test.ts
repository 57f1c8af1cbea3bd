import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportProject, type KamachiqClient } from 'kamachiq/client';
import { ScriptedModel } from 'kamachiq/testing';
import type { KamachiqPorts } from 'kamachiq/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { write } from '../../../test/support/scripted-answers.js';
import { documentTask, specWithTasks } from '../../../test/support/specs.js';
import { TemporalFixture } from '../../../test/support/temporal.js';
import { S3ArtifactStore } from '../src/index.js';
import { missingForS3, S3Server } from './support/s3-server.js';

const missing = missingForS3();

describe.skipIf(missing !== '')(`a project on S3${missing}`, () => {
  let server: S3Server;
  let temporal: TemporalFixture;
  let folder: string;
  beforeAll(async () => {
    [server, temporal, folder] = await Promise.all([S3Server.start(), TemporalFixture.start(), mkdtemp(join(tmpdir(), 'kamachiq-s3-project-'))]);
  });
  afterAll(async () => {
    await server?.stop();
    await temporal?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is carried out, and exported from there', async () => {
    const { bucket, endpoint, credentials } = server;
    const artifacts = new S3ArtifactStore({ bucket, endpoint, credentials });
    // A scripted model: what is asked here is where contents go, not what they say.
    const ports: Pick<KamachiqPorts, 'model' | 'artifacts'> = { model: new ScriptedModel((request) => write(request)), artifacts };
    const result = await temporal.withWorker(ports, async (client: KamachiqClient) => {
      const handle = await client.submit(specWithTasks([documentTask('a'), documentTask('b', ['a'])]));
      return handle.result();
    });
    expect(result.status).toBe('approved');
    const exported = await exportProject(result, artifacts, join(folder, 'out'));
    expect(exported.project).toContain(folder);
  });
});
