import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Tests run against the sources; only subprocesses and packaging tests need `dist`. */
const alias = [
  { find: /^kamachiq$/, replacement: source('./src/index.ts') },
  { find: /^kamachiq\/(spec|workflow|workflows|agent-pool-workflow|worker|client|report|testing)$/, replacement: source('./src/$1.ts') },
  { find: /^@kamachiq\/(ai-sdk|local-model|sandbox|python|cli|s3)$/, replacement: source('./packages/$1/src/index.ts') },
];

export default defineConfig({
  resolve: { alias },
  test: {
    include: ['{src,packages,examples,test,scripts,bench}/**/*.test.{ts,mjs}'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['./test/support/share-bundles.ts'],
    // Most of the long ones wait for servers: two at once even where there are no more than two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
