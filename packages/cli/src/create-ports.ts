import { join } from 'node:path';
import { modelFromEnvironment } from '@kamachiq/ai-sdk';
import { localModel } from '@kamachiq/local-model';
import { pythonProjects } from '@kamachiq/python';
import { findSandbox } from '@kamachiq/sandbox';
import type { LanguageModel } from 'kamachiq';
import { FilesystemArtifactStore, FilesystemCallJournal, FilesystemMemoryStore, type KamachiqPorts } from 'kamachiq/worker';
import { observationStore } from './estimate-command.js';
import { findInCache } from './find-in-cache.js';
import { usageError } from './usage-error.js';

/** Ports of a worker that the command line runs, and how to close them. */
export interface OpenPorts {
  readonly ports: KamachiqPorts;
  close(): Promise<void>;
}

/**
 * Opens what a worker needs: the model of the environment or the embedded one, the default sandbox, a store in a folder, Python's templates.
 *
 * @throws KamachiqError `cli.no-model`, or what the model's adapter says
 */
export async function createPorts({ artifactsFolder }: { readonly artifactsFolder: string }): Promise<OpenPorts> {
  const model = await openModel();
  const sandbox = findSandbox();
  return {
    ports: {
      model,
      sandbox,
      artifacts: new FilesystemArtifactStore(artifactsFolder),
      observations: observationStore(artifactsFolder),
      journal: new FilesystemCallJournal(join(artifactsFolder, 'journal')),
      memory: new FilesystemMemoryStore(join(artifactsFolder, 'memory')),
      // Whoever shares the folder shares what was made already.
      memoryTeam: () => 'command line',
      ...pythonProjects(),
    },
    close: async () => {
      await sandbox.doClose?.();
      await model.doClose?.();
    },
  };
}

async function openModel(): Promise<LanguageModel> {
  const { OPENAI_BASE_URL, KAMACHIQ_MODEL } = process.env;
  if (OPENAI_BASE_URL !== undefined || KAMACHIQ_MODEL !== undefined) return modelFromEnvironment();
  return localModel({ modelFile: await findModelFile() });
}

/** The file of the embedded model, where the set-up script keeps it. */
const EMBEDDED_MODEL = 'SmolLM2-135M-Instruct.Q4_1.gguf';

async function findModelFile(): Promise<string> {
  const { KAMACHIQ_MODEL_FILE } = process.env;
  if (KAMACHIQ_MODEL_FILE !== undefined && KAMACHIQ_MODEL_FILE !== '') return KAMACHIQ_MODEL_FILE;
  const file = await findInCache(EMBEDDED_MODEL);
  if (file !== null) return file;
  throw usageError(
    'no-model',
    'Expected a language model, got none.',
    'Set KAMACHIQ_MODEL_FILE to a GGUF file, or OPENAI_BASE_URL, OPENAI_API_KEY and KAMACHIQ_MODEL to an endpoint.',
  );
}
