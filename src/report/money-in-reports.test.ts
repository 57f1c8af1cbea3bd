import { describe, expect, it } from 'vitest';
import { calculatorReport } from './fixtures/calculator-report.js';
import type { MoneyReport } from './project-report.js';
import { renderReportHtml } from './report-html.js';
import { renderReportMarkdown } from './report-markdown.js';

const [first, ...others] = calculatorReport.tasks;
const spending = (money: MoneyReport) => ({
  ...calculatorReport,
  tasks: [{ ...first!, microDollarsSpent: 300_000 }, ...others],
  budget: { ...calculatorReport.budget, money },
});
const LIMITS_NOTHING = 'No model of this project has a price: its dollars limit nothing.';

describe('money in reports', () => {
  it('is told by what it went into, beside its limit', () => {
    const report = spending({ total: 1_000_000, spent: 500_000 });
    const markdown = renderReportMarkdown(report);
    expect(markdown).toMatch(/\| Use +\| +Money \|/);
    expect(markdown).toMatch(/\| Tasks +\| +\$0\.30 \| +30 % \|/);
    expect(markdown).toMatch(/\| Planning and review +\| +\$0\.20 \| +20 % \|/);
    expect(markdown).toMatch(/\| Unused +\| +\$0\.50 \| +50 % \|/);
    const html = renderReportHtml(report);
    expect(html).toContain('aria-label="Money of $1.00: Tasks $0.30, Planning and review $0.20, Unused $0.50"');
    for (const document of [markdown, html]) {
      expect(document).toContain('$0.50 of $1.00 (50 %)');
      expect(document).not.toContain(LIMITS_NOTHING);
    }
  });

  it('has nothing unused where nothing limited it', () => {
    const report = spending({ total: null, spent: 500_000 });
    expect(renderReportMarkdown(report)).not.toMatch(/\| Unused +\| +\$/);
    expect(renderReportHtml(report)).toContain('aria-label="Money of $0.50: Tasks $0.30, Planning and review $0.20"');
  });

  it('is said to limit nothing where no model has a price', () => {
    const report = {
      ...calculatorReport,
      budget: { ...calculatorReport.budget, money: { total: 1_000_000, spent: 0, limitsNothing: true } as const },
    };
    for (const render of [renderReportMarkdown, renderReportHtml]) expect(render(report)).toContain(LIMITS_NOTHING);
  });

  it('is not spoken of where there was none', () => {
    for (const render of [renderReportMarkdown, renderReportHtml]) expect(render(calculatorReport)).not.toContain('Money');
  });
});
