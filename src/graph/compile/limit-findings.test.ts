import { describe, expect, it } from 'vitest';
import { jsonBytes } from '../../ports/json-bytes.js';
import type { GraphFinding } from '../graph-finding.js';
import { limitFindings } from './limit-findings.js';

const finding = (message: string, witness: readonly string[] = []): GraphFinding => ({
  code: 'graph.cycle',
  severity: 'error',
  taskIds: [],
  message,
  witness,
  suggestion: 'S.',
});

describe('limitFindings', () => {
  it('leaves short findings as they are', () => {
    const findings = Array.from({ length: 300 }, (_, index) => finding(`m${index}`, ['w']));
    expect(limitFindings(findings)).toEqual(findings);
    expect(limitFindings([])).toEqual([]);
  });

  it('shortens what is long, and counts what does not fit', () => {
    const findings = Array.from({ length: 5_000 }, () => finding('m'.repeat(100_000), Array(100).fill('w'.repeat(1_000))));
    const limited = limitFindings(findings);
    expect(jsonBytes(limited)).toBeLessThan(101_000);
    expect(limited[0]).toEqual(finding(`${'m'.repeat(1_000)}…`, Array(50).fill(`${'w'.repeat(200)}…`)));
    const last = limited.at(-1)!;
    expect(last).toMatchObject({ code: 'graph.too-many-problems', severity: 'error', witness: ['5000'] });
    expect(last.message).toBe(`The plan has 5000 problems; ${5_000 - (limited.length - 1)} of them are not listed.`);
  });
});
