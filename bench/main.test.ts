import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const at = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const bench = (...words: readonly string[]) =>
  spawnSync(process.execPath, ['--import', at('./resolve-sources.mjs'), at('./main.ts'), ...words], { encoding: 'utf8' });

describe('npm run bench', () => {
  it.each([[[]], [['nobody']], [['__proto__']], [['graph', 'scheduler']], [['graph', '--jsn']]])(
    'lists what can be measured when it is told %j',
    (words) => {
      const { status, stdout, stderr } = bench(...words);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toContain('Benchmarks: graph, scheduler');
    },
  );
});
