import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { LeaseRequest } from './agent-pool-messages.js';
import { LeasePool } from './lease-pool.js';

const requestOf = (given: Partial<LeaseRequest> = {}): LeaseRequest => ({
  key: randomUUID(),
  workflowId: 'w',
  runId: randomUUID(),
  group: 'g',
  urgency: 0,
  ...given,
});

/** Asks until it is turned away; answers how many were not. */
function fill(pool: LeasePool, request: (index: number) => LeaseRequest): number {
  for (let index = 0; ; index += 1) {
    const { queued } = pool;
    pool.request(request(index), Date.now());
    if (pool.queued === queued) return queued;
  }
}

const bytesOf = (pool: LeasePool) => Buffer.byteLength(JSON.stringify(pool.toSnapshot(Date.now())));

/** What a workflow may continue as new with, less a quarter for a codec that writes three bytes as four. */
const CARRIED_BYTES = (2 * 1_024 * 1_024 * 3) / 4;

describe('LeasePool', () => {
  it.each([
    ['a run id that is none', { runId: 'x' }],
    ['a run id with more behind it', { runId: `${randomUUID()}\n` }],
    ['a workflow id of more than 1,000 bytes', { workflowId: '長'.repeat(334) }],
    ['a workflow id with half a surrogate pair', { workflowId: 'w\ud800' }],
    ['a workflow id with a control character', { workflowId: 'w\u0000' }],
    ['a group of more than 1,000 bytes', { group: '長'.repeat(334) }],
    ['a key of more than 1,000 bytes', { key: 'é'.repeat(501) }],
    ['no key', { key: '' }],
    ['no group', { group: undefined as never }],
  ])('takes no notice of %s', (_, wrong) => {
    const pool = new LeasePool(1);
    expect(pool.request(requestOf(wrong), 0)).toBeNull();
    expect([pool.queued, pool.next(0)]).toEqual([0, null]);
  });

  it('takes ids that are as long as the server allows', () => {
    const pool = new LeasePool(1);
    const request = requestOf({ key: 'k'.repeat(1_000), workflowId: `${'長'.repeat(333)}w`, group: 'é'.repeat(500) });
    pool.request(request, 0);
    expect(pool.next(7)).toMatchObject({ key: request.key, workflowId: request.workflowId, since: 7 });
  });

  it('forgets of a state that it goes on from whoever can not be told', () => {
    const holder = (key: string, given: object = {}) => ({ key, workflowId: 'w', runId: randomUUID(), group: 'g', since: 1, ...given });
    const waiting = ['waits', 'waits-wrongly'].map((id) => ({ id, urgency: 0, since: 1 }));
    const pool = new LeasePool(2, {
      pool: { slots: 2, turn: 1, holders: ['holds', 'holds-wrongly'], groups: [{ group: 'g', weight: 1, turn: 2, waiting }], idle: [] },
      holders: [
        holder('holds'),
        holder('holds-wrongly', { runId: 'x' }),
        holder('waits'),
        holder('waits-wrongly', { workflowId: '長'.repeat(1_000) }),
      ],
      checkAt: null,
    });
    expect(pool.status()).toMatchObject({ busy: 1, queued: 1, leases: [{ key: 'holds' }], waiting: [{ key: 'waits' }] });
    expect(pool.next(2)).toMatchObject({ key: 'waits' });
    expect(pool.next(2)).toBeNull();
  });

  it.each([
    [
      'short names, a group each',
      (index: number) => requestOf({ key: `${index}`, group: `${index}`, urgency: -Math.random() * 1e-100, weight: 1 / 3 }),
    ],
    ['short names, one group', (index: number) => requestOf({ key: `${index}` })],
    [
      'long names',
      (index: number) => requestOf({ key: `${index}`.padStart(1_000, 'k'), group: `${index}`.padStart(1_000, 'g'), workflowId: 'w'.repeat(1_000) }),
    ],
    ['names of many bytes', (index: number) => requestOf({ key: `${index}${'\n'.repeat(450)}`, group: `${index}${'長'.repeat(320)}` })],
  ])('can be carried over with as many as it takes, with %s, waiting, at work and gone', (_, request) => {
    const pool = new LeasePool(1_000_000);
    // The names of groups that are gone take what they may.
    for (let index = 0; index < 1_000; index += 1) {
      const { key, ...rest } = requestOf({ group: `${index}-${'長'.repeat(300)}` });
      pool.request({ key, ...rest }, 0);
      pool.next(0);
      pool.release(key);
    }
    const count = fill(pool, request);
    expect(count).toBeGreaterThan(150);
    expect(bytesOf(pool)).toBeLessThan(CARRIED_BYTES);
    for (let index = 0; index < count; index += 2) pool.next(Date.now());
    expect(bytesOf(pool)).toBeLessThan(CARRIED_BYTES);
    // Those that have a lease take room as well.
    expect(fill(pool, (index) => request(index + count))).toBe(pool.queued);
    expect(bytesOf(pool)).toBeLessThan(CARRIED_BYTES);
    const { leases, waiting } = pool.status();
    expect(Buffer.byteLength(JSON.stringify([leases, waiting]))).toBeLessThan(CARRIED_BYTES);
    for (const { key } of pool.toSnapshot(null).holders) pool.release(key);
    expect(fill(pool, request)).toBe(count);
  });
});
