import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type ScriptedClient, ScriptedProjects } from './scripted-projects.js';

/** What the tests of a file share: a folder, a server on a database in it, a worker, and a client. There from the first test on. */
export interface SharedProjects {
  readonly folder: string;
  readonly projects: ScriptedProjects;
  readonly client: ScriptedClient;
}

/** Starts scripted projects before the tests of a file, and stops them after, also where they failed. */
export function useScriptedProjects(): SharedProjects {
  const shared = {} as { folder: string; projects: ScriptedProjects; client: ScriptedClient };
  beforeAll(async () => {
    shared.folder = await mkdtemp(join(tmpdir(), 'kamachiq-scripted-'));
    shared.projects = await ScriptedProjects.start(join(shared.folder, 'temporal.db'));
    await shared.projects.startWorker();
    shared.client = await shared.projects.connect();
  });
  afterAll(async () => {
    await shared.projects?.stop();
    await rm(shared.folder, { recursive: true, force: true });
  });
  return shared;
}
