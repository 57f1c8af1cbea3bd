import { describe, expect, it } from 'vitest';
import { findPathProblem } from './project-path.js';

describe('findPathProblem', () => {
  it.each(['a', 'a/b.py', 'src/__init__.py', 'tests/test_x.py', 'Ünïcode/näme.md', 'with space.txt', '.gitignore', '__proto__'])(
    'allows %s',
    (path) => {
      expect(findPathProblem(path)).toBeNull();
    },
  );

  it.each([
    '',
    '/etc/passwd',
    '../../etc/passwd',
    'a/../b',
    'a/./b',
    'a//b',
    'a/',
    './a',
    'C:\\x',
    'a\\b',
    'a\u0000b',
    'a\nb',
    '~/x',
    'a:b',
    'con',
    'aux.txt',
    'a.',
    ' a',
    'a ',
    '.git/hooks/x',
    '.GIT/x',
    '\u202egnp.exe',
    'x'.repeat(201),
  ])('refuses %j', (path) => {
    expect(findPathProblem(path)).not.toBeNull();
  });
});
