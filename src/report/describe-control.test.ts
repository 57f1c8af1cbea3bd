import { describe, expect, it } from 'vitest';
import { describeControl } from './describe-control.js';
import { calculatorReport } from './fixtures/calculator-report.js';
import type { ControlReport } from './project-report.js';
import { renderReportHtml } from './report-html.js';
import { renderReportMarkdown } from './report-markdown.js';

const control: ControlReport = {
  degradations: [
    { at: '2026-03-04T10:00:00.000Z', step: 'shrink-outputs', taskId: 'divide', words: 'It works with 500 of 1000 tokens.' },
    { at: '2026-03-04T10:01:00.000Z', step: 'ask-person', taskId: null, words: 'A person is asked.' },
  ],
  untold: 3,
  orders: [
    { order: 1, kind: 'raise-budget', reason: 'It is worth it.', effect: 'The budget is 3000 tokens now.', takenAt: '2026-03-04T10:02:00.000Z' },
  ],
};

describe('what happened besides the plan', () => {
  it('is told in a line each', () => {
    expect(describeControl(control)).toEqual([
      '2026-03-04 10:00:00 UTC, shrink-outputs of divide: It works with 500 of 1000 tokens.',
      '2026-03-04 10:01:00 UTC, ask-person: A person is asked.',
      '2026-03-04 10:02:00 UTC, order 1, raise-budget: The budget is 3000 tokens now, because: It is worth it.',
      'And 3 more times something was made do with less.',
    ]);
  });

  it('is told in the order in which it happened', () => {
    const [first, second] = control.degradations;
    const [order] = control.orders;
    const between = { ...order!, takenAt: '2026-03-04T10:00:30.000Z' };
    expect(describeControl({ degradations: [first!, second!], untold: 0, orders: [between] }).map((line) => line.slice(11, 19))).toEqual([
      '10:00:00',
      '10:00:30',
      '10:01:00',
    ]);
  });

  it('stands in both reports, and in neither where nothing was', () => {
    for (const render of [renderReportMarkdown, renderReportHtml]) {
      expect(render({ ...calculatorReport, control })).toContain('Degradations and orders');
      expect(render({ ...calculatorReport, control })).toContain('It is worth it');
      expect(render(calculatorReport)).not.toContain('Degradations and orders');
    }
  });
});
