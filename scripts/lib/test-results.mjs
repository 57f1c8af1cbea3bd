/**
 * What a run of the tests amounts to.
 *
 * @typedef {object} TestSummary
 * @property {number} passed - Tests.
 * @property {number} failed - Tests, files that could not be loaded, errors outside any test, and skips that are not allowed.
 * @property {string[]} notRun - One line for each suite that was left out for want of something.
 * @property {string[]} complaints - Why something that is not a failed test counts as failed.
 */

const needPattern = /\[needs ([^\]]+)\]/;
/** These suites are the point of the tests: whoever runs `npm test` has what they need, because set-up gets it. */
const neverMissing = /\b(temporal|dev server|time[- ]skipping|model|pyodide)\b/i;

/**
 * Reads vitest's JSON report.
 *
 * @param {object} report - As vitest writes it.
 * @param {{ exitCode: number, filtered: boolean, relative: (path: string) => string }} run
 *   `filtered` when tests were chosen by name: vitest reports all others as skipped.
 * @returns {TestSummary}
 */
export function summarizeTestReport(report, { exitCode, filtered, relative }) {
  const summary = { passed: 0, failed: 0, notRun: new Set(), complaints: new Set() };
  for (const file of report.testResults ?? []) {
    const name = relative(file.name);
    const tests = file.assertionResults ?? [];
    for (const test of tests) countTest(test, name, filtered, summary);
    if (file.status === 'failed' && !tests.some((test) => test.status === 'failed')) {
      summary.failed += 1;
      summary.complaints.add(`${name} failed outside its tests: ${firstLine(file.message)}`);
    }
  }
  if (summary.passed + summary.failed === 0) {
    summary.failed = 1;
    summary.complaints.add('no test ran');
  }
  if (exitCode !== 0 && summary.failed === 0) {
    summary.failed = 1;
    summary.complaints.add(`vitest ended with exit code ${exitCode}, though no test failed: an error outside the tests stands above`);
  }
  return { passed: summary.passed, failed: summary.failed, notRun: [...summary.notRun], complaints: [...summary.complaints] };
}

function countTest(test, file, filtered, summary) {
  if (test.status === 'passed') summary.passed += 1;
  else if (test.status === 'failed') summary.failed += 1;
  else countSkipped(test, file, filtered, summary);
}

function countSkipped({ ancestorTitles = [], title = '' }, file, filtered, summary) {
  const titles = [...ancestorTitles, title].filter((part) => part !== '');
  const at = titles.findIndex((part) => needPattern.test(part));
  const need = needPattern.exec(titles[at] ?? '')?.[1];
  if (need === undefined) {
    if (filtered) return;
    summary.failed += 1;
    summary.complaints.add(`${file}: "${titles.join(' > ')}" was skipped without a word on what it needs`);
    return;
  }
  const suite = titles
    .slice(0, at + 1)
    .join(' > ')
    .replace(needPattern, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const line = `${file}: ${suite || title} — needs ${need}`;
  summary.notRun.add(line);
  if (!neverMissing.test(need) || filtered) return;
  summary.failed += 1;
  summary.complaints.add(`${file}: ${suite || title} may never be left out, and was for want of ${need}`);
}

function firstLine(text = '') {
  return text.split('\n').find((line) => line.trim() !== '') ?? 'no reason was given';
}
