import { describe, expect, it } from 'vitest';
import { jsonBytes } from '../ports/json-bytes.js';
import { fitTaskRecords } from './fit-task-records.js';
import type { AttemptReport } from './project-report.js';

const attempt = (number: number): AttemptReport => ({
  attempt: number,
  remediation: 0,
  outcome: 'failed',
  candidates: 3,
  tokensHeld: 1_000,
  tokensSpent: 900,
  feedback: ['It was é.'.repeat(20), 'And so on.'],
  problems: ['It fails.'.repeat(33), 'It fails again.', 'And again.'],
});
const record = (id: string, attempts: number) => ({
  id,
  attempts: Array.from({ length: attempts }, (_, index) => attempt(index + 1)),
  verdict: {
    decision: 'remediate' as const,
    score: 0.4,
    threshold: 0.8,
    criteria: [{ criterion: 'correctness' as const, score: 0.4, evidence: ['x'.repeat(300), 'y', 'z'], measuredBy: 'executed-checks/1' }],
    failedChecks: ['a', 'b'],
    feedback: ['f'.repeat(300), 'g'],
  },
});

describe('fitTaskRecords', () => {
  const records = Array.from({ length: 300 }, (_, index) => record(`t${index}`, 4));

  it('leaves alone what fits', () => {
    expect(fitTaskRecords(records, jsonBytes(records))).toBe(records);
  });

  it('shortens every record to a line each, and keeps the figures', () => {
    const [first] = fitTaskRecords(records, jsonBytes(records) - 1);
    expect(first!.attempts[3]).toEqual({
      ...attempt(4),
      feedback: [`${'It was é.'.repeat(20).slice(0, 160)}… (and 1 more)`],
      problems: [`${'It fails.'.repeat(33).slice(0, 160)}… (and 2 more)`],
    });
    expect(first!.verdict).toMatchObject({
      decision: 'remediate',
      score: 0.4,
      criteria: [{ score: 0.4, evidence: [`${'x'.repeat(160)}… (and 2 more)`] }],
    });
  });

  it('cuts long values that were handed on, and keeps short ones and every name', () => {
    const outputs = JSON.parse(`{"__proto__": "${'v'.repeat(300)}", "short": 3}`) as Record<string, string | number>;
    const [first] = fitTaskRecords([{ ...record('t', 1), outputs }], 10);
    expect(Object.entries(first!.outputs)).toEqual([
      ['__proto__', `"${'v'.repeat(159)}…`],
      ['short', 3],
    ]);
  });

  it('tells of the last attempt alone where even that is too much, and fits a project of 300 tasks with 12 failed attempts each', () => {
    const many = Array.from({ length: 300 }, (_, index) => record(`t${index}`, 12));
    const fitted = fitTaskRecords(many, 300 * 1_500);
    expect(jsonBytes(many)).toBeGreaterThan(2 * 1_048_576);
    expect(jsonBytes(fitted)).toBeLessThanOrEqual(300 * 1_500);
    expect(fitted.every(({ attempts }) => attempts.length === 1 && attempts[0]!.attempt === 12)).toBe(true);
    expect(fitted[0]!.attempts[0]!.problems).toEqual(['11 earlier attempts are left out: the project is too large to report them all.']);
  });

  it('leaves a task without attempts and verdict as it is', () => {
    expect(fitTaskRecords([{ attempts: [], verdict: null }], 0)).toEqual([{ attempts: [], verdict: null }]);
  });
});
