import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../../test/support/run-program.js';

const example = fileURLToPath(new URL('..', import.meta.url));
const compiler = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url));

// Compiled and run as its package.json says, against what was built: what a newcomer does. Types are checked with everybody else's, so that a build
// without declarations does too.
let environment: TestWorkflowEnvironment;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-hello-'));
  const compiled = await runProgram(process.execPath, [compiler, '-p', 'tsconfig.json', '--noCheck'], { cwd: example });
  if (compiled.exitCode !== 0) throw new Error(`The example does not compile. Was everything built? ${compiled.stdout}`);
  const path = process.env.KAMACHIQ_TEMPORAL_SERVER;
  if (path === undefined) throw new Error('KAMACHIQ_TEMPORAL_SERVER names no server; run the tests with npm test, which gets one.');
  environment = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path } } });
});
afterAll(async () => {
  await environment?.teardown();
  await rm(folder, { recursive: true, force: true });
});

describe('hello', () => {
  it.each([
    ['a plugin', []],
    ['plain activities', ['--without-plugin']],
  ])('runs a workflow of its own and a project on one worker, by %s', { timeout: 240_000 }, async (_way, options) => {
    const run = await runProgram(process.execPath, [join(example, 'dist', 'hello.js'), ...options], {
      cwd: folder,
      env: { TEMPORAL_ADDRESS: environment.address },
    });
    expect(run.stdout, run.stderr).toContain('your workflow: Hello, Ada!\nyour project: approved.');
    expect(run.stdout).toMatch(/def greeting\(name: str\) -> str:\n {4}""".+"""\n {4}\S/);
    // Everything was closed: nothing keeps the process, and nothing was left to wait for.
    expect(run.exitCode, run.stderr).toBe(0);
  });
});
