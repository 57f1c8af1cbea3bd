import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the bundles that the files of one run share. */
    readonly bundles: string;
  }
}

/** Makes the folder of bundles before the first file of a run, and removes it after the last. */
export default async function shareBundles(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'kamachiq-bundles-'));
  project.provide('bundles', folder);
  // The sources have changed since.
  project.onTestsRerun(async () => {
    for (const name of await readdir(folder)) await rm(join(folder, name));
  });
  return () => rm(folder, { recursive: true, force: true });
}
