import { describe, expect, it } from 'vitest';
import { jsonBytes } from '../ports/json-bytes.js';
import type { ControlReceipt } from './control-messages.js';
import { tellOrder } from './project-control.js';

const receipt = (reason: string): ControlReceipt => ({
  order: 1,
  kind: 'cancel-task',
  taskId: 't'.repeat(200),
  reason,
  effect: 'Its agent is told to stop.',
  takenAt: 1_795_000_000_000,
});

describe('tellOrder', () => {
  it('leaves an order as it is that people can read at a glance', () => {
    const short = receipt('It costs too much.');
    expect(tellOrder(short)).toEqual(short);
  });

  it('keeps the status of a project answerable, however long the reasons of all its orders are', () => {
    // A query answers with at most 2 MiB, and tasks stand in it too.
    expect(500 * jsonBytes(tellOrder(receipt('長'.repeat(2_000))))).toBeLessThan(700_000);
    expect(tellOrder(receipt('長'.repeat(2_000))).reason).toMatch(/^長{299}…$/);
  });

  it('cuts no character in two', () => {
    expect(tellOrder(receipt('🦉'.repeat(1_000))).reason.isWellFormed()).toBe(true);
  });
});
