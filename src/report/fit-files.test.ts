import { describe, expect, it } from 'vitest';
import { jsonBytes } from '../ports/json-bytes.js';
import { fitFiles } from './fit-files.js';
import type { FileReport } from './project-report.js';

const file = (path: string): FileReport => ({ path, bytes: 12, sha256: 'a'.repeat(64), taskId: 't', madeBy: { kind: 'template', template: 'x' } });

describe('fitFiles', () => {
  const files = ['a.md', 'é.md', 'c.md'].map(file);
  const whole = jsonBytes(files);

  it('keeps all that fit, to the byte', () => {
    expect(fitFiles(files, whole)).toBe(files);
    expect(fitFiles(files, whole - 1)).toEqual(files.slice(0, 2));
    expect(jsonBytes(fitFiles(files, whole - 1))).toBeLessThan(whole);
  });

  it('keeps none where none fits', () => {
    expect(fitFiles(files, 2)).toEqual([]);
    expect(fitFiles([], 2)).toEqual([]);
  });
});
