import { describe, expect, it } from 'vitest';
import type { AgentTaskResult } from './agent-task-types.js';
import { brieflyTold, wholeResult } from './brief-result.js';

const reference = { sha256: 'a'.repeat(64), bytes: 10, mediaType: 'application/json' };
const approved: AgentTaskResult = {
  succeeded: true,
  reason: null,
  budgetExhausted: false,
  manifest: reference,
  verdict: null,
  attempts: [],
  settlements: [{ key: 'a/0/1', tokens: 7 }],
  records: [],
  stored: { account: reference, attempts: 1, verdict: { decision: 'approve', score: 1 } },
};

describe('a result told briefly', () => {
  it('says nothing of what is in the store', () => {
    const { succeeded, manifest, settlements, stored } = approved;
    expect(brieflyTold(approved)).toEqual({ succeeded, manifest, settlements, stored });
  });

  it.each([
    ['one by reference', approved],
    ['a failure without anything', { ...approved, succeeded: false, reason: 'It failed.', budgetExhausted: true, manifest: null, settlements: [] }],
    ['one by value', { ...approved, records: [reference], outputs: { left: false, none: null, list: [] } }],
  ])('is the whole again: %s', (_, result) => {
    const { stored, ...rest } = result;
    expect(wholeResult(JSON.parse(JSON.stringify(brieflyTold(result))))).toEqual(result);
    expect(wholeResult(rest)).toEqual(rest);
  });
});
