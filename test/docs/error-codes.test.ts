import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const FAMILIES =
  'graph|budget|pool|rubric|template|planning|client|control|review|export|artifact|journal|memory|observations|agent|model|sandbox|input|cli|workflow|testing';

async function sources(): Promise<readonly string[]> {
  const folders = ['src', ...(await readdir(join(root, 'packages'))).map((name) => join('packages', name, 'src'))];
  const texts: string[] = [];
  for (const folder of folders) {
    for (const entry of await readdir(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts') || entry.name.endsWith('.test.ts')) continue;
      texts.push(await readFile(join(entry.parentPath, entry.name), 'utf8'));
    }
  }
  return texts;
}

describe('docs/errors.md', () => {
  it('has a section for every code in the sources, and none for a code that is gone', async () => {
    const text = (await sources()).join('\n');
    const codes = new Set([...text.matchAll(new RegExp(`'((?:${FAMILIES})\\.[a-z0-9-]+)'`, 'g'))].map(([, code]) => code!));
    for (const [, code] of text.matchAll(/usageError\(\s*'([a-z-]+)'/g)) codes.add(`cli.${code}`);
    const documented = [...(await readFile(join(root, 'docs', 'errors.md'), 'utf8')).matchAll(/^## (\S+)$/gm)].map(([, code]) => code!);
    expect(codes.size).toBeGreaterThan(40);
    expect([...codes].filter((code) => !documented.includes(code))).toEqual([]);
    expect(documented.filter((code) => !code.startsWith('spec.') && !code.startsWith('answer.') && !codes.has(code))).toEqual([]);
  });
});
