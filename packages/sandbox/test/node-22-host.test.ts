import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findNode } from '../src/pyodide/find-node.js';

const node22 = process.env.KAMACHIQ_NODE_22;
const title = `a host on Node 22${node22 ? '' : ' [needs the file of a Node 22 in KAMACHIQ_NODE_22]'}`;

describe.runIf(Boolean(node22))(title, () => {
  it('passes the contract and the escape tests with a child on Node 26 or later', async () => {
    const { file } = await findNode();
    const vitest = fileURLToPath(new URL('vitest.mjs', import.meta.resolve('vitest/package.json')));
    const root = fileURLToPath(new URL('../../..', import.meta.url));
    const suites = ['pyodide-sandbox', 'escape-pyodide'].map((name) => `packages/sandbox/test/${name}.test.ts`);
    const environment = { ...process.env, KAMACHIQ_NODE: file, KAMACHIQ_NODE_22: '' };
    const { stdout } = await promisify(execFile)(node22!, [vitest, 'run', '--reporter=verbose', '--no-color', ...suites], {
      cwd: root,
      env: environment,
    });
    expect(stdout).toContain('Pyodide under a host on Node 22.');
    expect(stdout).toMatch(/Test Files\s+2 passed/);
  }, 300_000);
});
