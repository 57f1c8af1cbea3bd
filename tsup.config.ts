import { defineConfig, type Options } from 'tsup';

const common: Options = {
  format: 'esm',
  target: 'es2023',
  platform: 'neutral',
  external: [/^node:/],
  // Workflow code is evaluated anew for every workflow, so every byte costs there. Names of functions and classes stay, for stack traces.
  minify: true,
  keepNames: true,
  sourcemap: true,
};

export default defineConfig([
  {
    ...common,
    entry: ['src/index.ts', 'src/spec.ts', 'src/report.ts', 'src/worker.ts', 'src/client.ts', 'src/testing.ts'],
  },
  // Apart from the rest: what the two sides share is in each of them, and the workflow side is one file, for bundlers add to every import.
  { ...common, entry: ['src/workflow.ts', 'src/workflows.ts'] },
]);
