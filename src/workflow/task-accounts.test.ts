import { describe, expect, it } from 'vitest';
import type { AbridgedTask } from '../graph/abridged-task.js';
import { GraphRun } from '../graph/run/graph-run.js';
import type { ProjectSpec } from '../planning/project-spec.js';
import type { QualityVerdict } from '../quality/quality-gate.js';
import type { AgentTaskResult } from './agent-task-types.js';
import { ProjectBudget } from './project-budget.js';
import { TaskAccounts } from './task-accounts.js';

const node = (id: string): AbridgedTask => ({
  id,
  type: 'design',
  description: `Write ${id}`,
  dependencies: [],
  estimatedTokens: 100,
  inputs: {},
  writes: [`${id}.md`],
  successCriteria: [],
});

const reference = (digit: string) => ({ sha256: digit.repeat(64), bytes: 10, mediaType: 'application/json' });

const verdict: QualityVerdict = { decision: 'approve', score: 0.9, threshold: 0.8, criteria: [], failedChecks: [], feedback: [] };

const attempt = (number: number, outcome: 'passed' | 'failed') => ({
  attempt: number,
  remediation: 0,
  outcome,
  candidates: 1,
  tokensHeld: 100,
  tokensSpent: 40,
  problems: [],
});

const result = (id: string, succeeded: boolean): AgentTaskResult => ({
  succeeded,
  reason: succeeded ? null : 'It did not pass.',
  budgetExhausted: false,
  manifest: succeeded ? reference('a') : null,
  verdict: succeeded ? verdict : null,
  attempts: [attempt(1, succeeded ? 'passed' : 'failed')],
  settlements: [{ key: `${id}/0/1`, tokens: 40 }],
  records: [reference('b')],
});

const budget = () => new ProjectBudget({ budgetTotal: 10_000 } as ProjectSpec);
const nodes = [node('a'), node('b'), node('c')];

/** Three tasks: one that succeeded, one that failed, and one that has not begun. */
function accountsWithTwoEnded(of = budget()) {
  const accounts = new TaskAccounts('project', of);
  const run = new GraphRun({ nodes });
  accounts.plan(nodes, []);
  for (const id of ['a', 'b']) {
    of.holdAttempt(accounts.holdKey(id), id, 100);
    run.started(id);
    accounts.end(id, result(id, id === 'a'));
    Object.assign(accounts.of(id), { started: 1, finished: 2 });
  }
  run.succeeded('a');
  run.failed('b');
  return { accounts, run, budget: of };
}

describe('TaskAccounts', () => {
  it('tells once what goes to the store: of settled tasks, and of no others', () => {
    const { accounts } = accountsWithTwoEnded();
    const told = accounts.unarchived(nodes);
    expect(told).toEqual([
      { taskId: 'a', attempts: [attempt(1, 'passed')], records: [reference('b')], verdict },
      { taskId: 'b', attempts: [attempt(1, 'failed')], records: [reference('b')], verdict: null },
    ]);
    accounts.archive(told);
    expect(accounts.unarchived(nodes)).toEqual([]);
  });

  it('goes on in another run as it stood, without what the store has', () => {
    const { accounts, run, budget: first } = accountsWithTwoEnded();
    const before = accounts.progress(run, { most: 3, waiting: new Set(), isTold: true });
    const records = accounts.records(run);
    accounts.archive(accounts.unarchived(nodes));
    const carried = JSON.parse(JSON.stringify({ tasks: accounts.carry(nodes), numbered: accounts.numbered, ledger: first.toSnapshot() }));
    const next = new TaskAccounts('project', new ProjectBudget({ budgetTotal: 10_000 } as ProjectSpec, carried.ledger));
    next.takeUp(nodes, carried.tasks, carried.numbered);
    expect(next.progress(run, { most: 3, waiting: new Set(), isTold: true })).toEqual(before);
    expect(next.verdictOf('a')).toEqual({ decision: 'approve', score: 0.9 });
    const withoutLists = records.map((record) => ({ ...record, attempts: [], records: [], verdict: null }));
    expect(next.records(run)).toEqual([{ ...withoutLists[0], verdictArchived: true }, withoutLists[1], withoutLists[2]]);
    expect(next.manifestsOf('a')).toEqual([reference('a')]);
  });

  it('takes what the store has in place of what was told before, and what is told after it besides', () => {
    const { accounts, run } = accountsWithTwoEnded();
    const lists = { manifest: null, verdict: null, settlements: [], records: [], attempts: [] };
    const stored = { account: reference('d'), attempts: 2, verdict: { decision: 'ask-person', score: 0.6 } } as const;
    accounts.learn('c', { ...lists, attempts: [attempt(1, 'failed')], records: [reference('b')] });
    accounts.learn('c', { ...lists, stored });
    accounts.learn('c', { ...lists, attempts: [attempt(3, 'failed')], records: [reference('e')] });
    expect(accounts.records(run)[2]).toMatchObject({
      accounts: [reference('d')],
      attempts: [attempt(3, 'failed')],
      records: [reference('e')],
      verdictArchived: true,
    });
    expect(accounts.progress(run, { most: 3, waiting: new Set(), isTold: true })[2]).toMatchObject({ attempts: 3, score: 0.6 });
    // It is lost: all that is known of it goes to the store.
    Object.assign(accounts.of('c'), { finished: 4 });
    const unarchived = accounts.unarchived(nodes);
    expect(unarchived.at(-1)).toEqual({
      taskId: 'c',
      accounts: [reference('d')],
      attempts: [attempt(3, 'failed')],
      records: [reference('e')],
      verdict: null,
    });
    accounts.archive(unarchived);
    expect(accounts.unarchived(nodes)).toEqual([]);
    expect(accounts.of('c').archived).toEqual({ attempts: 3, verdict: stored.verdict });
  });

  it('takes at most 400 bytes for a settled task that goes on in another run, and 150 for one that has not begun', () => {
    const { accounts, budget: first } = accountsWithTwoEnded();
    accounts.archive(accounts.unarchived(nodes));
    const bytesOf = (value: unknown) => JSON.stringify(value).length;
    const ledger = Object.fromEntries(first.toSnapshot().ledger.open.map((hold) => [hold.key, bytesOf(hold)]));
    const [a, , c] = accounts.carry(nodes).map(bytesOf);
    expect(a! + ledger.a! + bytesOf(['a/0/1', 40])).toBeLessThan(400);
    expect(c! + ledger.c!).toBeLessThan(150);
  });

  it('tells by reference what the store has of a task, before what it is told by value', () => {
    const { accounts, run } = accountsWithTwoEnded();
    const stored = { account: reference('d'), attempts: 2, verdict: { decision: 'approve', score: 0.7 } } as const;
    expect([accounts.mayStore('b'), accounts.mayStore('c')]).toEqual([true, true]);
    accounts.enter('b');
    // Its first start told by value: what is in the store would be told before that.
    expect(accounts.mayStore('b')).toBe(false);
    accounts.end('c', { ...result('c', true), attempts: [], records: [], verdict: null, stored });
    Object.assign(accounts.of('c'), { started: 3, finished: 4 });
    const told = { attempts: [], records: [], accounts: [reference('d')], verdict: null };
    expect(accounts.verdictOf('c')).toEqual(stored.verdict);
    expect(accounts.records(run)[2]).toMatchObject({ ...told, verdictArchived: true });
    expect(accounts.progress(run, { most: 3, waiting: new Set(), isTold: true })[2]).toMatchObject({ attempts: 2, score: 0.7 });
    const unarchived = accounts.unarchived(nodes);
    expect(unarchived.at(-1)).toEqual({ taskId: 'c', ...told });
    accounts.archive(unarchived);
    expect(accounts.unarchived(nodes)).toEqual([]);
    expect(accounts.of('c').archived).toEqual({ attempts: 2, verdict: stored.verdict });
    // Another start of it: what it did before is in the store still, its verdict is not that of the new one.
    accounts.enter('c');
    expect(accounts.verdictOf('c')).toBeNull();
    expect(accounts.mayStore('c')).toBe(true);
  });

  it('gives a task that starts again in another run an id that no other start had, and counts its attempts on', () => {
    const { accounts, run } = accountsWithTwoEnded();
    accounts.archive(accounts.unarchived(nodes));
    const { budget: second } = accountsWithTwoEnded();
    const next = new TaskAccounts('project', second);
    next.takeUp(nodes, accounts.carry(nodes), accounts.numbered);
    next.enter('b');
    expect(next.of('b')).toMatchObject({ workflowId: 'project/4-b', start: 2, archived: { attempts: 1, verdict: null } });
    next.end('b', result('b', true));
    Object.assign(next.of('b'), { started: 3, finished: 4 });
    expect(next.progress(run, { most: 2, waiting: new Set(), isTold: true })[1]).toMatchObject({ attempts: 2, score: 0.9 });
    const told = next.unarchived(nodes);
    expect(told.map(({ taskId, attempts }) => [taskId, attempts.length])).toEqual([['b', 1]]);
    next.archive(told);
    expect(next.of('b').archived).toEqual({ attempts: 2, verdict: { decision: 'approve', score: 0.9 } });
  });
});
