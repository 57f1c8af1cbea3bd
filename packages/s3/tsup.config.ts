import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts'],
  format: 'esm',
  target: 'es2023',
  platform: 'node',
  external: [/^node:/, 'kamachiq', '@aws-sdk/client-s3'],
  clean: true,
  sourcemap: true,
});
