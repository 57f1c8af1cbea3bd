import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { CrashProgram } from 'kamachiq/testing';
import { FilesystemArtifactStore } from 'kamachiq/worker';
import { quietLogger } from '../support/quiet-runtime.js';

const inHere = (name: string) => fileURLToPath(new URL(`./${name}`, import.meta.url));

/** A folder with a bundle of the workflows, bundled once for all workers, and the store and the journal that they share. */
export class ChaosKit {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<ChaosKit> {
    const kit = new ChaosKit(await mkdtemp(join(tmpdir(), 'kamachiq-chaos-')));
    const { code } = await bundleWorkflowCode({
      workflowsPath: inHere('chaos-workflows.ts'),
      workflowInterceptorModules: [inHere('short-timeouts.ts')],
      logger: quietLogger,
    });
    await writeFile(kit.bundle, code);
    return kit;
  }

  /** The worker. It runs what was built: starting it costs half a second. */
  worker(version: 'current' | 'earlier' = 'current'): CrashProgram {
    return {
      file: inHere('chaos-worker.ts'),
      parameters: [this.folder, this.bundle, version],
      nodeParameters: ['--import', inHere('../support/source-loader.mjs')],
    };
  }

  get artifacts(): FilesystemArtifactStore {
    return new FilesystemArtifactStore(join(this.folder, 'artifacts'));
  }

  /** The file of the bundle. */
  get bundle(): string {
    return join(this.folder, 'workflows.js');
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
