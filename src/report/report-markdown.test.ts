import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryReport } from './fixtures/arbitrary-report.js';
import { calculatorReport } from './fixtures/calculator-report.js';
import { failedReport } from './fixtures/failed-report.js';
import { pictureOfReport } from './graph-picture.js';
import { MOTTO } from './motto.js';
import { renderReportMarkdown } from './report-markdown.js';
import { renderTaskGraphMermaid } from './task-graph-mermaid.js';

const headings = (markdown: string) => markdown.split('\n').filter((line) => /^#{2,}/.test(line));
/** What is left of a line without code, escaped characters and what the renderer itself writes. */
function bare(line: string): string {
  let left = '';
  for (let index = 0; index < line.length; index += 1) {
    const ticks = /^`+/.exec(line.slice(index))?.[0] ?? '';
    const end = ticks === '' ? -1 : line.slice(index + ticks.length).search(new RegExp(`(?<!\`)${ticks}(?!\`)`));
    if (line[index] === '\\' && /[!-/:-@[-`{-~]/.test(line[index + 1] ?? '')) index += 1;
    else if (end >= 0) index += ticks.length * 2 + end - 1;
    else left += line[index];
  }
  return left.replace(/<br>|<\/?code>|\*\*/g, '');
}

describe('renderReportMarkdown', () => {
  it('keeps its shape whatever a report holds: no heading, HTML, link or table cell comes from a text', () => {
    const expected = headings(renderReportMarkdown({ ...calculatorReport, control: { degradations: [], untold: 0, orders: [] } }));
    fc.assert(
      fc.property(arbitraryReport, (report) => {
        const markdown = renderReportMarkdown(report);
        expect(headings(markdown)).toEqual(expected);
        expect(markdown.split('\n').filter((line) => line.startsWith('```')).length).toBe(report.tasks.length === 0 ? 0 : 2);
        expect(markdown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028]/);

        let columns = 0;
        for (const line of markdown
          .replace(/^```mermaid$[\s\S]*?^```$/m, '')
          .split('\n')
          .slice(1)) {
          const left = bare(line);
          expect(left).not.toMatch(/[<>[\]!]|:\/\//);
          const cells = line.startsWith('|') ? left.split('|').length : 0;
          if (cells > 0 && columns > 0) expect(cells).toBe(columns);
          columns = cells;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('holds the task graph as Mermaid in a fence', () => {
    fc.assert(
      fc.property(arbitraryReport, (report) => {
        const graph = /^```mermaid\n([\s\S]*?\n)```$/m.exec(renderReportMarkdown(report))?.[1];
        expect(graph).toBe(report.tasks.length === 0 ? undefined : renderTaskGraphMermaid(pictureOfReport(report)));
      }),
    );
    expect(renderReportMarkdown({ ...calculatorReport, tasks: Array.from({ length: 1_000 }, () => calculatorReport.tasks[4]!) })).toContain(
      'too many to draw.',
    );
  });

  it('makes the same document of the same report', () => {
    fc.assert(
      fc.property(arbitraryReport, (report) => renderReportMarkdown(report) === renderReportMarkdown(structuredClone(report))),
      { numRuns: 50 },
    );
  });

  it('opens with the motto, whatever a report says it is', () => {
    expect(renderReportMarkdown({ ...calculatorReport, motto: 'We mock everything.' }).split('\n')[0]).toBe(`> ${MOTTO}`);
  });

  it('says what was spent, how the tasks went, and who made which file', () => {
    const markdown = renderReportMarkdown(calculatorReport);
    expect(markdown).toContain('| Tokens spent | **7,029** of 20,000 (35 %) |');
    expect(markdown).toContain('makespan 45.5 s, 1.00× the lower bound 45.3 s (critical path 45.3 s, work ÷ 10 slots 9.1 s); Graham');
    expect(markdown).toContain('| `function-multiply` | ✓ succeeded | code | 2 | 6 | 2,557 | 23.2 s | 1.00 |');
    expect(markdown).toContain('model `local/smollm2-135m-instruct-q4_1` after 6 candidates, `python-function/1`');
    expect(markdown).toContain('| `README.md` | template `markdown-read-me/1` |');
    expect(markdown).toContain('  t3 ==> t5');
    expect(markdown).toContain('      - documentation scored 0.00: divide has no docstring');
  });

  it('tells what went wrong', () => {
    const markdown = renderReportMarkdown(failedReport);
    expect(markdown).toContain('| Status | **✗ Rejected** |');
    expect(markdown).toContain('**0.7999**, more than 0.80 needed');
    expect(markdown).toContain('- the agent did not answer within its hold');
    expect(markdown).toContain('| ✗ failed | calculator divide 0 5 prints 0.0 |');
  });

  it('tells why there is no plan, and never that nothing went wrong when the project did not succeed', () => {
    const message = 'Task a needs b, which is not there.';
    const finding = { code: 'graph.unknown-dependency', severity: 'error', taskIds: ['a'], message, witness: ['b'], suggestion: 'Add b.' } as const;
    const failed = { ...calculatorReport, status: 'failed', reason: 'No plan compiles.', tasks: [], verdict: null } as const;
    const history = (markdown: string) => /## What went wrong and what was said\n\n([\s\S]*?)\n\n##/.exec(markdown)![1];
    const refused = { ...failed, plan: { ...failed.plan, findings: [finding] } };
    expect(history(renderReportMarkdown(refused))).toMatch(/^- planning\n {2}- Task a needs b, which is not there/);
    expect(history(renderReportMarkdown({ ...failed, plan: { ...failed.plan, findings: [] } }))).toContain('No plan compiles');
    expect(history(renderReportMarkdown({ ...refused, status: 'approved', plan: { ...failed.plan, findings: [] } }))).toContain('Nothing');
  });
});
