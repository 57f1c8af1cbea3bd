import { describe, expect, it } from 'vitest';
import { describeRevision } from './describe-revision.js';
import { calculatorReport } from './fixtures/calculator-report.js';
import { inspectMarkup } from './fixtures/inspect-markup.js';
import type { ProjectReport, RevisionReport } from './project-report.js';
import { renderReportHtml } from './report-html.js';
import { renderReportMarkdown } from './report-markdown.js';

const ids = (count: number, length = 0) => Array.from({ length: count }, (_, index) => `task-${index}`.padEnd(length, 'x'));
const revised = (rest: Partial<RevisionReport> = {}): RevisionReport => ({
  revision: 1,
  revisedAt: '2026-03-04T10:00:00.000Z',
  reason: 'The third is not needed.',
  added: ['last'],
  replaced: [],
  dropped: ['third'],
  plan: { sha256: 'a'.repeat(64), bytes: 10, mediaType: 'application/json' },
  ...rest,
});
const reportWith = (...revisions: readonly RevisionReport[]): ProjectReport => ({
  ...calculatorReport,
  plan: { ...calculatorReport.plan, madeBy: 'the spec', decidedByModel: [], repairs: 0, revisions },
});

describe('describeRevision', () => {
  it('says when, what and why', () => {
    expect(describeRevision(revised())).toBe('Revision 1, 2026-03-04 10:00:00 UTC: added last; dropped third. The third is not needed.');
  });

  it('counts what it does not name', () => {
    expect(describeRevision(revised({ added: ids(60) }))).toMatch(
      /: added task-0, task-1, (task-\d+, )+task-\d+ and 4\d more; dropped third\. The third/,
    );
    expect(describeRevision(revised({ added: ids(60, 100), dropped: [] }))).toMatch(/: added task-0x+ and 59 more\. The third/);
    expect(describeRevision(revised({ added: ids(2, 100), dropped: [] }))).toMatch(/: added task-0x+ and 1 more\. The third/);
  });
});

describe('a report of a plan that was changed', () => {
  const reason = `${'Because. '.repeat(221)}That is all.`;
  const far = reportWith(revised({ added: ids(60, 100), replaced: ids(60, 100), dropped: ids(60, 100), reason }));

  it('tells the whole reason, however many tasks were changed', () => {
    expect(renderReportMarkdown(far)).toContain(reason);
    expect(inspectMarkup(renderReportHtml(far)).text).toContain(reason);
  });

  it('does not say that it follows from the spec alone', () => {
    for (const text of [renderReportMarkdown(reportWith(revised(), revised({ revision: 2 }))), inspectMarkup(renderReportHtml(far)).text]) {
      expect(text).not.toMatch(/the plan follows from/);
      expect(text).toMatch(/Plan made by `?the spec`?, changed by [12] revisions?/);
      expect(text).toMatch(/Plan of 7 tasks and \d+ dependencies: the spec, changed by [12] revisions?/);
      expect(text).toMatch(/othing: the first plan follows from the spec alone; [12] revisions? changed it/);
    }
    for (const text of [renderReportMarkdown(reportWith()), inspectMarkup(renderReportHtml(reportWith())).text]) {
      expect(text).toMatch(/othing[:;] the plan follows from the spec alone/);
      expect(text).not.toMatch(/changed by|changed it/);
    }
  });
});
