import { describe, expect, it } from 'vitest';
import { describeContext } from './describe-context.js';
import { calculatorReport } from './fixtures/calculator-report.js';
import { renderReportHtml } from './report-html.js';
import { renderReportMarkdown } from './report-markdown.js';

const context = {
  key: 'add/0/1',
  notes: 2,
  cuts: [{ section: 'files' as const, pieces: 7, piecesKept: 4, tokensCut: 210 }],
  memoryProblems: ['the disk is full'],
};

describe('what an attempt was told beside its task', () => {
  it('is told in a line', () => {
    expect(describeContext(context)).toBe(
      'add/0/1: 2 notes on earlier tasks; left out: 3 of 7 parts of files (210 tokens); memory: the disk is full.',
    );
    expect(describeContext({ ...context, cuts: [], memoryProblems: [] })).toBe('add/0/1: 2 notes on earlier tasks.');
  });

  it('stands in both reports, and in neither where there was nothing to tell', () => {
    for (const render of [renderReportMarkdown, renderReportHtml]) {
      expect(render({ ...calculatorReport, contexts: [context] })).toContain('2 notes on earlier tasks');
      expect(render(calculatorReport)).not.toContain('Context of attempts');
    }
  });
});
