import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What kamachiq may add to a host's workflow bundle, in bytes of code: beyond it, a change has to say why it is worth that. */
const limitBytes = 92_000;

/** What was promised of the engine before it had budgets of money, control, degradation, leases and further runs. It stays in the output as long as it is missed. */
const promisedBytes = 60_000;

/**
 * Bundles the ready-made workflows with Temporal's own bundler, as a host's worker does, and compares with a host that has one
 * workflow of its own: every such host carries Temporal's workflow API already. The figure over a bundle without any workflow is printed too.
 *
 * @param {string} root
 * @returns {Promise<boolean>}
 */
export async function checkWorkflowBundle(root) {
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const logger = new DefaultLogger('ERROR');
  // Inside the checkout, so that the bundler finds the installed packages.
  const folder = await mkdtemp(join(root, '.cache', 'bundle-'));
  try {
    const measure = async (name, source) => {
      const workflowsPath = join(folder, name);
      await writeFile(workflowsPath, source);
      const { code } = await bundleWorkflowCode({ workflowsPath, logger });
      return Buffer.byteLength(code.replace(/\n\/\/# sourceMappingURL=data:.*$/s, ''));
    };
    const empty = await measure('empty.mjs', 'export {};\n');
    const host = await measure('host.mjs', "import { sleep } from '@temporalio/workflow';\nexport const wait = () => sleep(1);\n");
    const ours = await measure('ours.mjs', `export * from ${JSON.stringify(join(root, 'dist', 'workflows.js'))};\n`);
    console.log(`a host with one workflow of its own has ${host} bytes of code; kamachiq adds ${ours - host}, at most ${limitBytes} allowed`);
    if (ours - host > promisedBytes) console.log(`that is ${ours - host - promisedBytes} bytes more than the ${promisedBytes} once promised`);
    console.log(`a bundle without any workflow, and so without Temporal's workflow API, has ${empty}; over that it is ${ours - empty}`);
    return ours - host <= limitBytes;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
