import { cp } from 'node:fs/promises';
import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts'],
  format: 'esm',
  target: 'es2023',
  platform: 'node',
  external: ['kamachiq', 'pyodide'],
  clean: true,
  sourcemap: true,
  // The insides of the sandboxes are shipped as they are: one is Python, and the other must be a file of its own to be the only one readable.
  onSuccess: async () => {
    for (const name of ['runner.py', 'pyodide-child.mjs']) await cp(`src/${name}`, `dist/${name}`);
  },
});
