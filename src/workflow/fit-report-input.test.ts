import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonBytes } from '../ports/json-bytes.js';
import type { FinalizeProjectInput, TaskRecord } from './activity-types.js';
import { fitReportInput } from './fit-report-input.js';

const reference = { sha256: 'a'.repeat(64), bytes: 1, mediaType: 'application/json' };

const task = (index: number, text: string): TaskRecord => ({
  node: {
    id: `t${index}`,
    type: 'code',
    description: text,
    dependencies: [],
    estimatedTokens: 1,
    inputs: { material: text },
    writes: [`${index}.md`],
    successCriteria: [text],
  },
  state: 'succeeded',
  startedAt: 1,
  finishedAt: 2,
  tokensSpent: 1,
  attempts: [{ attempt: 1, remediation: 0, outcome: 'passed', candidates: 1, tokensHeld: 1, tokensSpent: 1, problems: [text, text] }],
  verdict: null,
  manifest: reference,
  records: [reference],
  reason: text,
});

const inputOf = ({ text = 'é', tasks = 10, checks = 10, records = 10 }): FinalizeProjectInput => ({
  projectId: 'p',
  spec: {
    name: 'P',
    goals: [text],
    constraints: [text],
    context: text,
    language: 'text',
    packageName: 'p',
    budgetTotal: 1,
    timeoutMinutes: 1,
    qualityThreshold: 0.5,
    functions: [],
    acceptance: [{ run: [text], exitCode: 0 }],
    tasks: [],
  },
  seed: 0,
  status: 'approved',
  reason: 'It ended.',
  startedAt: 1,
  finishedAt: 2,
  slots: 1,
  qualityThreshold: 0.5,
  plan: {
    madeBy: 'a test',
    decidedByModel: Array(30).fill(text),
    repairs: 0,
    findings: [{ code: 'graph.empty', severity: 'warning', taskIds: [], message: text, witness: [], suggestion: text }],
  },
  tasks: Array.from({ length: tasks }, (_, index) => task(index, text)),
  verdict: {
    decision: 'approve',
    score: 1,
    threshold: 0.5,
    criteria: [{ criterion: 'style', score: 1, evidence: [text, text], measuredBy: 'x/1' }],
    failedChecks: [],
    feedback: [text],
  },
  checks: Array.from({ length: checks }, (_, index) => ({ id: `c${index}`, description: text, passed: true, seen: text })),
  spent: { total: 1, planning: 0, review: 0 },
  records: Array(records).fill(reference),
});

describe('fitReportInput', () => {
  it('leaves alone what fits, and first takes what no report shows', () => {
    const input = inputOf({ text: 'x'.repeat(200) });
    expect(fitReportInput(input, jsonBytes(input))).toBe(input);
    const { spec, tasks, ...rest } = fitReportInput(input, jsonBytes(input) - 1);
    expect(rest).toEqual({ ...rest, reason: input.reason, checks: input.checks, records: input.records, plan: input.plan, verdict: input.verdict });
    expect(spec).toMatchObject({ name: 'P', goals: input.spec.goals, constraints: input.spec.constraints, context: '', acceptance: [] });
    expect(tasks.map((record) => record.node)).toEqual(input.tasks.map(({ node }) => node));
  });

  it('cuts what checks saw next, says so, and keeps every task, verdict and call', () => {
    const input = inputOf({ text: '漢'.repeat(300), checks: 500 });
    const fitted = fitReportInput(input, 220_000);
    expect(jsonBytes(fitted)).toBeLessThanOrEqual(220_000);
    expect(fitted.checks).toHaveLength(500);
    expect(fitted.reason).toBe('It ended. The project is too large to report all of it; shortened or left out: checks of the whole project.');
    expect(fitted).toMatchObject({ plan: input.plan, verdict: input.verdict, records: input.records });
    expect(fitted.tasks).toEqual(input.tasks.map((record) => ({ ...record, records: [] })));
  });

  it('cuts the revisions of the plan before anything of the tasks', () => {
    const ids = Array.from({ length: 500 }, (_, index) => `${index}${'x'.repeat(90)}`);
    const revision = { revision: 1, revisedAt: 1, reason: 'r'.repeat(2_000), added: ids, replaced: [], dropped: ids, plan: reference };
    const input = inputOf({ text: 'x' });
    const fitted = fitReportInput({ ...input, plan: { ...input.plan!, revisions: Array(44).fill(revision) } }, 400_000);
    expect(fitted.tasks).toEqual(input.tasks.map((task) => ({ ...task, records: [] })));
    expect(fitted.plan!.revisions).toHaveLength(20);
    expect(fitted.plan!.revisions![0]).toMatchObject({ added: expect.arrayContaining(['and 480 more']), replaced: [] });
  });

  it('always fits', () => {
    const size = fc.integer({ min: 0, max: 60 });
    const text = fc.string({ unit: 'binary', maxLength: 600 });
    fc.assert(
      fc.property(text, size, size, size, fc.integer({ min: 0, max: 200_000 }), (line, tasks, checks, records, room) => {
        // The manifests of what succeeded are always carried: they are the files of the project.
        const bytes = 2_500 + 120 * tasks + room;
        const fitted = fitReportInput(inputOf({ text: line, tasks, checks, records }), bytes);
        expect(jsonBytes(fitted)).toBeLessThanOrEqual(bytes);
        expect(fitted).toMatchObject({ projectId: 'p', status: 'approved', spent: { total: 1 }, verdict: { score: 1 } });
      }),
      { numRuns: 60 },
    );
  });

  it('says at the end that nearly everything is missing', () => {
    const { reason, tasks, checks, records, manifests } = fitReportInput(
      inputOf({ text: 'x'.repeat(500), tasks: 300, checks: 500, records: 500 }),
      40_000,
    );
    expect(manifests).toHaveLength(300);
    expect([tasks, checks, records]).toEqual([[], [], []]);
    expect(reason).toMatch(/^It ended\. The project is too large .*: checks of the whole project; .*; calls of models; .*all tasks and checks\.$/);
  });
});
