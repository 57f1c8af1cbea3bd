import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as testing from 'kamachiq/testing';
import { expect, it } from 'vitest';
import { repository } from './markdown-files.js';

it('docs/testing.md names every contract suite', () => {
  const page = readFileSync(join(repository, 'docs', 'testing.md'), 'utf8');
  const suites = Object.keys(testing).filter((name) => name.startsWith('describe'));
  expect(suites.length).toBeGreaterThan(5);
  expect(suites.filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
});
