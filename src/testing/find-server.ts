import { mkdir, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The program of Temporal's dev server: the one that `KAMACHIQ_TEMPORAL_SERVER` names, else the SDK's download, which it keeps for a day in a folder
 * of its own among the temporary files.
 */
export async function findServer(): Promise<string> {
  const named = process.env.KAMACHIQ_TEMPORAL_SERVER;
  if (named !== undefined && named !== '') return named;
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const downloadDir = join(tmpdir(), 'kamachiq-temporal');
  await mkdir(downloadDir, { recursive: true });
  // The SDK downloads only what it starts, and says nothing of where it is: the one file of the folder.
  const started = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'cached-download', downloadDir } } });
  await started.teardown();
  const [program] = (await readdir(downloadDir)).filter((name) => name.startsWith('temporal'));
  return join(downloadDir, program!);
}
