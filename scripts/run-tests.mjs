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

const folder = mkdtempSync(join(tmpdir(), 'kamachiq-tests-'));
try {
  const reportFile = join(folder, 'report.json');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const env = { ...process.env, ...(full ? { KAMACHIQ_TEST_FULL: '1' } : {}) };
  const exitCode = await runProcess(process.execPath, [vitest, 'run', ...reporters, ...programArguments], { cwd: root, env });
  const summary = summarizeTestReport(readReport(reportFile), { exitCode, filtered, relative: (path) => relative(root, path) });
  for (const line of summary.notRun) console.log(`not run: ${line}`);
  for (const line of summary.complaints) console.log(`counted as failed: ${line}`);
  console.log(`${summary.passed} passed, ${summary.failed} failed`);
  process.exitCode = summary.failed > 0 ? 1 : exitCode;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Without a report nothing ran, which the summary counts as a failure. */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}
