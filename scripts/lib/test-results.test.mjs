import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { summarizeTestReport } from './test-results.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

describe('summarizeTestReport', () => {
  let folder;
  beforeEach(() => {
    mkdirSync(join(root, '.cache'), { recursive: true });
    folder = mkdtempSync(join(root, '.cache', 'results-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs the real vitest on test files of our own. */
  const summarize = (files, ...options) => {
    for (const [name, source] of Object.entries(files)) writeFileSync(join(folder, name), source);
    writeFileSync(join(folder, 'vitest.config.mjs'), 'export default { test: { globals: true, include: ["*.test.mjs"] } };\n');
    const output = join(folder, 'report.json');
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const run = spawnSync(process.execPath, [vitest, 'run', '--root', folder, '--reporter=json', `--outputFile.json=${output}`, ...options], {
      encoding: 'utf8',
    });
    const report = JSON.parse(readFileSync(output, 'utf8'));
    return summarizeTestReport(report, { exitCode: run.status, filtered: options.includes('-t'), relative: (path) => relative(folder, path) });
  };

  it('counts what passed and what failed', () => {
    const source = 'it("a", () => {}); it("b", () => {}); it("c", () => expect(1).toBe(2));';
    expect(summarize({ 'a.test.mjs': source })).toEqual({ passed: 2, failed: 1, notRun: [], complaints: [] });
  });

  it('lists a suite that was left out once, with what it needs', () => {
    const source =
      'it("a", () => {}); describe.skip("bubblewrap sandbox [needs bwrap]", () => { it("x", () => {}); describe("y", () => it("z", () => {})); });';
    expect(summarize({ 'a.test.mjs': source })).toEqual({
      passed: 1,
      failed: 0,
      notRun: ['a.test.mjs: bubblewrap sandbox — needs bwrap'],
      complaints: [],
    });
  });

  it.each(['the Temporal dev server', 'the embedded model', 'Pyodide'])('does not let a suite be left out for want of %s', (need) => {
    const { failed, notRun } = summarize({
      'a.test.mjs': `it("a", () => {}); describe.skip("suite [needs ${need}]", () => { it("x", () => {}); });`,
    });
    expect(failed).toBe(1);
    expect(notRun).toEqual([`a.test.mjs: suite — needs ${need}`]);
  });

  it('does not let a test be skipped in silence', () => {
    const { failed, complaints } = summarize({ 'a.test.mjs': 'it("a", () => {}); it.skip("b", () => {});' });
    expect({ failed, complaints }).toEqual({ failed: 1, complaints: ['a.test.mjs: "b" was skipped without a word on what it needs'] });
  });

  it('lets tests be chosen by name', () => {
    expect(summarize({ 'a.test.mjs': 'it("a", () => {}); it("b", () => {});' }, '-t', 'a')).toEqual({
      passed: 1,
      failed: 0,
      notRun: [],
      complaints: [],
    });
  });

  it('counts a file that can not be loaded', () => {
    const { passed, failed, complaints } = summarize({ 'a.test.mjs': 'it("a", () => {});', 'b.test.mjs': 'throw new Error("no such part")' });
    expect({ passed, failed }).toEqual({ passed: 1, failed: 1 });
    expect(complaints).toEqual(['b.test.mjs failed outside its tests: no such part']);
  });

  it('counts an error that nobody caught', () => {
    const source = 'it("a", async () => { setTimeout(() => { throw new Error("late") }, 0); await new Promise((done) => setTimeout(done, 20)); });';
    expect(summarize({ 'a.test.mjs': source })).toMatchObject({ passed: 1, failed: 1 });
  });

  it('counts a run of no tests as failed', () => {
    expect(summarizeTestReport({}, { exitCode: 0, filtered: false, relative: String })).toEqual({
      passed: 0,
      failed: 1,
      notRun: [],
      complaints: ['no test ran'],
    });
  });
});
