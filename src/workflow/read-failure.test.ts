import { ActivityFailure, ApplicationFailure, CancelledFailure, ChildWorkflowFailure, RetryState, TimeoutFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { readFailure } from './read-failure.js';
import { readReason } from './read-reason.js';

const activity = (cause: Error) =>
  new ActivityFailure('Activity task failed', 'kamachiq.spawnAgent', '1', RetryState.NON_RETRYABLE_FAILURE, 'worker', cause);
const child = (cause: Error) =>
  new ChildWorkflowFailure('default', { workflowId: 'p/1-a' }, 'AgentTaskWorkflow', RetryState.NON_RETRYABLE_FAILURE, cause);
const failure = (message: string, cause?: Error) =>
  ApplicationFailure.create({ type: 'kamachiq.unexpected', message, ...(cause === undefined ? {} : { cause }) });

describe('readReason', () => {
  it('looks through the envelopes of activities and child workflows', () => {
    expect(readReason(child(activity(failure('the disk is full'))))).toBe('kamachiq.unexpected: the disk is full');
  });

  it('names the root beside what was said first', () => {
    const error = failure('fetch failed', new Error('request to models.example', { cause: new Error('connect ECONNREFUSED') }));
    expect(readReason(activity(error))).toBe('kamachiq.unexpected: fetch failed (connect ECONNREFUSED)');
  });

  it('keeps the root of a long message, within 500 characters', () => {
    const reason = readReason(activity(failure('x'.repeat(10_000), new Error(`no route ${'y'.repeat(10_000)}`))));
    expect(reason).toHaveLength(500);
    expect(reason).toContain('(no route y');
  });

  it('says nothing twice', () => {
    expect(readReason(failure('no key. Get one.', new Error('no key.')))).toBe('kamachiq.unexpected: no key. Get one.');
  });

  it('ends with causes that go in a circle, and with what is no error', () => {
    const circle = new Error('round');
    circle.cause = new Error('and round', { cause: circle });
    expect(readReason(circle)).toContain('round');
    expect(readReason('just a text')).toBe('just a text');
    expect(readReason(undefined)).toBe('undefined');
    expect(readReason(new Error(''))).not.toBe('');
  });
});

const HOLD = { tokens: 100, microDollars: 9 };

describe('readFailure', () => {
  const record = { sha256: 'b'.repeat(64), bytes: 1, mediaType: 'application/json' };

  it('takes what an activity tells from behind its envelope', () => {
    const told = ApplicationFailure.create({ message: 'no', details: [{ tokensSpent: 7, retryAfterMilliseconds: 5, record }] });
    expect(readFailure(activity(told), HOLD)).toMatchObject({
      spent: { tokens: 7, microDollars: 0 },
      delayMilliseconds: 5,
      record,
      retryable: true,
      lost: false,
    });
  });

  it('charges the whole hold where nothing is told', () => {
    expect(readFailure(activity(failure('no')), HOLD)).toMatchObject({ spent: { tokens: 100, microDollars: 9 }, record: null, lost: false });
    expect(readFailure(activity(new CancelledFailure('no details')), HOLD)).toMatchObject({
      spent: { tokens: 100, microDollars: 9 },
      retryable: false,
    });
    expect(readFailure(activity(new TimeoutFailure('heartbeat', undefined, 'HEARTBEAT')), HOLD)).toMatchObject({
      spent: { tokens: 100, microDollars: 9 },
      lost: true,
    });
  });

  it('charges nothing for what never ran', () => {
    expect(readFailure(new CancelledFailure('before it was scheduled'), HOLD)).toMatchObject({
      spent: { tokens: 0, microDollars: 0 },
      lost: false,
      retryable: false,
    });
    expect(readFailure(activity(new CancelledFailure('x', ['ACTIVITY_ID_NOT_STARTED'])), HOLD)).toMatchObject({
      spent: { tokens: 0, microDollars: 0 },
    });
  });
});
