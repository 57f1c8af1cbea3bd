import { resolve } from 'node:path';
import { sweepArtifacts } from 'kamachiq/client';
import { FilesystemArtifactStore } from 'kamachiq/worker';
import { connect, type ServerOptions } from './connect.js';
import { shownPath } from './shown-path.js';

/** What `kamachiq artifacts sweep` takes. */
export interface SweepCommandOptions extends ServerOptions {
  readonly artifacts: string;
  readonly keepDays: number;
  readonly workflowType: readonly string[];
  readonly dryRun: boolean;
}

/** `kamachiq artifacts sweep`: removes contents that no project uses any more. */
export async function sweep(options: SweepCommandOptions): Promise<number> {
  const { artifacts, keepDays, workflowType: workflowTypes, dryRun } = options;
  const folder = resolve(artifacts);
  const { temporal: client, close } = await connect(options);
  try {
    const store = new FilesystemArtifactStore(folder);
    const { contents, bytes, before, projects } = await sweepArtifacts({ client, store, keepDays, workflowTypes, dryRun });
    const what = `${contents.toLocaleString('en')} contents of ${bytes.toLocaleString('en')} bytes, not used since ${before.toISOString()}`;
    process.stdout.write(`${dryRun ? 'would remove' : 'removed'} ${what}, from ${shownPath(folder)}\n`);
    process.stdout.write(`kept for ${projects.toLocaleString('en')} projects, open or ended within ${keepDays} days, and since then\n`);
    return 0;
  } finally {
    await close();
  }
}
