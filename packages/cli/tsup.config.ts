import { cp } from 'node:fs/promises';
import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/main.ts'],
  format: 'esm',
  target: 'es2023',
  platform: 'node',
  clean: true,
  sourcemap: true,
  // The demo carries out the repository's example, also where only the package is installed.
  onSuccess: async () => cp('../../examples/simple_cli.yaml', 'dist/simple_cli.yaml'),
});
