import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentTask } from '../../test/support/specs.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import type { ArchivedTask, TaskRecord } from '../workflow/activity-types.js';
import { FilesystemArtifactStore } from './filesystem-artifact-store.js';
import { TOLD_NOTHING } from './fixtures/task-outcome.js';
import { ProjectStore } from './project-store.js';
import { SpoiltContents } from './spoilt-contents.js';
import { withStoredAccount } from './with-stored-account.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-accounts-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const attempt = (number: number) =>
  ({ attempt: number, remediation: 0, outcome: 'passed', candidates: 1, tokensHeld: 9, tokensSpent: number, problems: [] }) as const;
const verdict = (score: number) => ({ decision: 'approve', score, threshold: 0.8, criteria: [], failedChecks: [], feedback: [] }) as const;
const reference = (digit: string): ArtifactReference => ({ sha256: digit.repeat(64), bytes: 1, mediaType: 'application/json' });

const told = (number: number, score: number | null): ArchivedTask => ({
  taskId: 'a',
  attempts: [attempt(number)],
  records: [reference(String(number))],
  verdict: score === null ? null : verdict(score),
});

const record = (rest: Partial<TaskRecord>): TaskRecord => ({ node: documentTask('a'), ...TOLD_NOTHING, ...rest });

/** Stores accounts of tasks, one each. */
async function stored(...tasks: readonly ArchivedTask[]) {
  const store = new ProjectStore(new FilesystemArtifactStore(folder));
  const accounts = await Promise.all(tasks.map((task) => store.putText(JSON.stringify([task]), 'application/json')));
  return { store, accounts };
}

const numbersOf = ({ attempts }: TaskRecord) => attempts.map(({ attempt: number }) => number);

describe('withStoredAccount', () => {
  it('lays starts after each other as they came: archived, in the store, told', async () => {
    const { store, accounts } = await stored(told(1, 0.1), told(3, 0.3));
    const archived = [{ ...told(2, null), accounts: [accounts[0]!] }];
    const spoilt = new SpoiltContents(1);
    const task = record({ accounts: [accounts[1]!], attempts: [attempt(4)], records: [reference('4')], verdictArchived: true });
    const whole = await withStoredAccount(task, archived, store, spoilt);
    expect(numbersOf(whole)).toEqual([1, 2, 3, 4]);
    expect(whole.records).toEqual(['1', '2', '3', '4'].map(reference));
    expect(whole.verdict).toEqual(verdict(0.3));
    expect(whole).not.toHaveProperty('accounts');
    expect(spoilt.words).toBeNull();
  });

  it('keeps the verdict that is told, and none where none is in the store', async () => {
    const { store, accounts } = await stored(told(1, 0.1));
    const spoilt = new SpoiltContents(1);
    expect((await withStoredAccount(record({ accounts, verdict: verdict(0.9) }), [], store, spoilt)).verdict).toEqual(verdict(0.9));
    expect((await withStoredAccount(record({ accounts }), [], store, spoilt)).verdict).toBeNull();
  });

  it('takes no verdict of a start before for one that is gone', async () => {
    const { store, accounts } = await stored(told(1, 0.1), told(2, 0.9));
    const { sha256 } = accounts[1]!;
    await writeFile(join(folder, sha256.slice(0, 2), sha256), 'something else');
    const spoilt = new SpoiltContents(1);
    const whole = await withStoredAccount(record({ accounts, verdictArchived: true }), [], store, spoilt);
    expect([numbersOf(whole), whole.verdict]).toEqual([[1], null]);
    expect(spoilt.words).toContain('what a did');
  });
});
