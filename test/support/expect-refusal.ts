import { expect } from 'vitest';
import type { ProgramRun } from './run-program.js';

/** One clear line on standard error with the code of what is wrong; nothing else, no stack. */
export function expectRefusal({ exitCode, stdout, stderr }: ProgramRun, code: string, lines = 1) {
  expect(stderr).toMatch(new RegExp(`\\(${code.replace('.', '\\.')}\\)\n$`));
  expect(stderr.trim().split('\n').length).toBe(lines);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
}
