import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryReport, hostileTexts } from './fixtures/arbitrary-report.js';
import { calculatorReport } from './fixtures/calculator-report.js';
import { failedReport } from './fixtures/failed-report.js';
import { inspectMarkup } from './fixtures/inspect-markup.js';
import { MOTTO } from './motto.js';
import type { ProjectReport } from './project-report.js';
import { renderReportHtml } from './report-html.js';
import { renderReportMarkdown } from './report-markdown.js';

const known = inspectMarkup(renderReportHtml(calculatorReport) + renderReportHtml(failedReport));
const numbered = (count: number): ProjectReport => ({
  ...calculatorReport,
  tasks: Array.from({ length: count }, (_, index) => ({
    ...calculatorReport.tasks[0]!,
    node: { ...calculatorReport.tasks[0]!.node, id: `task ${index}`, dependencies: index === 0 ? [] : [`task ${index - 1}`] },
  })),
});

describe('renderReportHtml', () => {
  it('makes a well-formed document of any report, with no element or attribute that a harmless one would not have', () => {
    fc.assert(
      fc.property(arbitraryReport, (report) => {
        const { problems, elements, attributes, targets, ids } = inspectMarkup(renderReportHtml(report));
        expect(problems).toEqual([]);
        expect([...elements].filter((name) => !known.elements.has(name))).toEqual([]);
        expect([...attributes].filter((name) => !known.attributes.has(name))).toEqual([]);
        expect(new Set(ids).size).toBe(ids.length);
        expect(targets.filter((target) => !target.startsWith('#') || !ids.includes(target.slice(1)))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('makes the same document of the same report', () => {
    fc.assert(
      fc.property(arbitraryReport, (report) => renderReportHtml(report) === renderReportHtml(structuredClone(report))),
      { numRuns: 50 },
    );
  });

  it('opens with the motto, whatever a report says it is', () => {
    const html = renderReportHtml({ ...calculatorReport, motto: 'We mock everything.' });
    expect(html.startsWith(`<!DOCTYPE html>\n<!--\n> ${MOTTO}\n-->`)).toBe(true);
    expect(
      inspectMarkup(html.slice(html.indexOf('<body>')))
        .text.trim()
        .startsWith(MOTTO),
    ).toBe(true);
    expect(html).not.toContain('We mock everything.');
  });

  it('shows status, score, spend, tasks and checks, and who made which file', () => {
    const { text } = inspectMarkup(renderReportHtml(calculatorReport));
    for (const shown of ['Approved', '0.97', 'more than 0.80 needed', '7,029', '35 % of 20,000', '52.4 s', '7 of 7', '8 of 8'])
      expect(text).toContain(shown);
    expect(text).toContain('model 6 candidates of local/smollm2-135m-instruct-q4_1, python-function/1');
    expect(text).toContain('template python-unittest-suite/1');
    expect(text).toContain('Critical path: function-divide → test-suite');
    expect(text).toContain('multiply(3, -2) returned 1, expected -6');
    expect(text).toContain('documentation scored 0.00: divide has no docstring');
  });

  it('shows what was only observed as that, and counts it for nothing', () => {
    const observed = {
      id: 'plain',
      description: 'half(0) answers (no example says which)',
      passed: true,
      seen: 'returned 0',
      structural: true,
    } as const;
    const report = { ...calculatorReport, checks: [...calculatorReport.checks, observed, { ...observed, id: 'other', passed: false }] };
    const { text } = inspectMarkup(renderReportHtml(report));
    for (const shown of ['8 of 9', '8 passed, 1 failed, 1 observed only']) expect(text).toContain(shown);
    expect(text).toMatch(/observed only\s*half\(0\) answers \(no example says which\)\s*returned 0/);
    const markdown = renderReportMarkdown(report);
    expect(markdown).toContain('8 of 9 passed');
    expect(markdown).toMatch(/observed only \| half\(0\) answers/);
  });

  it('says why a task ended without success, and where what it made is kept', () => {
    const { text } = inspectMarkup(renderReportHtml(failedReport));
    expect(text).toMatch(/Ended\s*No candidate passed its checks in 2 attempts\./);
    expect(text).toMatch(/Unfinished\s*manifest (5f){32}/);
    expect(renderReportMarkdown(failedReport)).toContain('  - ended: No candidate passed its checks in 2 attempts');
  });

  it('does not round a score onto or over its threshold', () => {
    const { text } = inspectMarkup(renderReportHtml(failedReport));
    expect(text).toContain('0.7999');
    expect(text).toContain('117 % of 6,000, overspent');
    expect(text).toContain('3 succeeded, 1 failed, 1 upstream failed, 1 waiting for a person, 1 skipped');
  });

  it('loads nothing and runs nothing', () => {
    const html = renderReportHtml(calculatorReport);
    expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|https?:|url\((?!#)/);
    expect(html).toContain('content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;');
  });

  it.each(hostileTexts.map((hostile) => [JSON.stringify(hostile).slice(0, 40), hostile]))('shows %s everywhere as text', (_, hostile) => {
    const report = JSON.parse(JSON.stringify(calculatorReport), (key, value) =>
      typeof value === 'string' && !/At$|^(state|status|outcome|kind|type|decision|criterion)$/.test(key) ? hostile : value,
    ) as ProjectReport;
    const { problems, elements, attributes } = inspectMarkup(renderReportHtml(report));
    expect(problems).toEqual([]);
    expect([...elements].filter((name) => !known.elements.has(name))).toEqual([]);
    expect([...attributes].filter((name) => !known.attributes.has(name))).toEqual([]);
  });

  it('cuts a text of 100 kB and says by how much', () => {
    const html = renderReportHtml({ ...calculatorReport, reason: 'x'.repeat(100_000) });
    expect(html).toContain(`${'x'.repeat(600)}… (cut, 99400 more characters)`);
    expect(html.length).toBeLessThan(100_000);
  });

  it('lists 5,000 tasks, and says that it draws no graph of them', () => {
    const { problems, text } = inspectMarkup(renderReportHtml(numbered(5000)));
    expect(problems).toEqual([]);
    expect(text).toContain('5,000 tasks with 4,999 dependencies: too many to draw');
  });

  it('says so where there is nothing', () => {
    const bare: ProjectReport = {
      ...calculatorReport,
      goals: [],
      tasks: [],
      files: [],
      checks: [],
      modelCalls: [],
      verdict: null,
      qualityScore: null,
    };
    const { problems, text } = inspectMarkup(renderReportHtml(bare));
    expect(problems).toEqual([]);
    for (const said of [
      'No task was planned.',
      'The project made no files.',
      'No acceptance check was executed.',
      'No model was called.',
      'not scored',
    ]) {
      expect(text).toContain(said);
    }
  });
});
