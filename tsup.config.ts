import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/spec.ts', 'src/workflow.ts', 'src/workflows.ts', 'src/worker.ts', 'src/client.ts', 'src/testing.ts'],
  format: 'esm',
  target: 'es2023',
  platform: 'neutral',
  external: [/^node:/],
  // Workflow code is evaluated anew for every workflow, so every byte costs there. Names of functions and classes stay, for stack traces.
  minify: true,
  keepNames: true,
  clean: true,
  sourcemap: true,
});
