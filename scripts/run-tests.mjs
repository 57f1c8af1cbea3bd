/** Runs the tests and says at the end what was left out and why; the last line is always `N passed, N failed`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProcess } from './lib/run-process.mjs';
import { summarizeTestReport } from './lib/test-results.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const full = process.argv.includes('--full');
const programArguments = process.argv.slice(2).filter((argument) => argument !== '--full');
const filtered = programArguments.some((argument) => /^(-t|--testNamePattern)(=|$)/.test(argument));

/** Without a cache every workflow is replayed at each of its steps: all integration tests a second time, where nobody chose others. */
const passes =
  full && programArguments.length === 0
    ? [
        { files: [], env: {} },
        { files: ['test/integration'], env: { KAMACHIQ_WITHOUT_CACHE: '1' } },
      ]
    : [{ files: [], env: {} }];

const folder = mkdtempSync(join(tmpdir(), 'kamachiq-tests-'));
try {
  let [passed, failed, lastCode] = [0, 0, 0];
  for (const pass of passes) {
    const { summary, exitCode } = await runTests(pass);
    for (const line of summary.notRun) console.log(`not run: ${line}`);
    for (const line of summary.complaints) console.log(`counted as failed: ${line}`);
    passed += summary.passed;
    failed += summary.failed;
    lastCode ||= exitCode;
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : lastCode;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function runTests(pass) {
  const reportFile = join(folder, `report${pass.files.join('-').replaceAll('/', '-')}.json`);
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  // Hundreds of processes load the same modules: each compiles only what none did before it.
  const compiled = { NODE_COMPILE_CACHE: join(folder, 'compiled') };
  const env = { ...process.env, ...compiled, ...(full ? { KAMACHIQ_TEST_FULL: '1' } : {}), ...pass.env };
  const exitCode = await runProcess(process.execPath, [vitest, 'run', ...reporters, ...programArguments, ...pass.files], { cwd: root, env });
  return { exitCode, summary: summarizeTestReport(readReport(reportFile), { exitCode, filtered, relative: (path) => relative(root, path) }) };
}

/** Without a report nothing ran, which the summary counts as a failure. */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}
