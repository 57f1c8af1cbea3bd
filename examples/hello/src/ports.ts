import { localModel } from '@kamachiq/local-model';
import { pythonProjects } from '@kamachiq/python';
import { findSandbox } from '@kamachiq/sandbox';
import { FilesystemArtifactStore, FilesystemCallJournal, type KamachiqPorts } from 'kamachiq/worker';

/**
 * What kamachiq may use of yours: a model, a sandbox, a place for files. Open it once and share it; close it when the worker has ended. A plugin does
 * that by itself, and closing twice is closing once.
 */
export async function openPorts(): Promise<{ readonly ports: KamachiqPorts; close(): Promise<void> }> {
  const modelFile = process.env.KAMACHIQ_MODEL_FILE;
  if (modelFile === undefined) throw new Error('Set KAMACHIQ_MODEL_FILE to a GGUF file.');
  const model = await localModel({ modelFile });
  const sandbox = findSandbox();
  return {
    ports: {
      model,
      // Generated code runs here and nowhere else.
      sandbox,
      // Workflows carry hashes; prompts, answers and files lie here. Workers that share a queue share this folder.
      artifacts: new FilesystemArtifactStore('.kamachiq/artifacts'),
      // A worker that dies is charged by the calls that stand here. Workers that share a queue share this folder too.
      journal: new FilesystemCallJournal('.kamachiq/journal'),
      // How Python projects are cut into tasks, and how style and documentation are measured.
      ...pythonProjects(),
    },
    close: async () => {
      await sandbox.doClose?.();
      await model.doClose();
    },
  };
}
