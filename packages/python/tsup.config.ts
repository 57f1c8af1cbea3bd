import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts'],
  format: 'esm',
  target: 'es2023',
  platform: 'node',
  external: ['kamachiq', '@astral-sh/ruff-wasm-nodejs'],
  clean: true,
  sourcemap: true,
});
