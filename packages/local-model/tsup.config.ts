import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts'],
  format: 'esm',
  target: 'es2023',
  platform: 'node',
  external: [/^node:/, 'kamachiq', 'node-llama-cpp'],
  clean: true,
  sourcemap: true,
});
