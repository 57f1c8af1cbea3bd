import { randomUUID } from 'node:crypto';
import { access, rename, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { inject } from 'vitest';
import { quietLogger } from './quiet-runtime.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The bundle of a module of workflows, made by whichever file of the run asks first. */
export async function bundleWorkflows(workflows: URL): Promise<{ readonly codePath: string }> {
  const workflowsPath = fileURLToPath(workflows);
  const codePath = join(inject('bundles'), `${encodeURIComponent(relative(ROOT, workflowsPath))}.js`);
  const isThere = await access(codePath).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    const { code } = await bundleWorkflowCode({ workflowsPath, logger: quietLogger });
    // Whoever reads it meanwhile finds nothing, or all of it.
    const unfinished = `${codePath}.${randomUUID()}`;
    await writeFile(unfinished, code);
    await rename(unfinished, codePath);
  }
  return { codePath };
}
