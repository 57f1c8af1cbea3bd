import { defineConfig, type Options } from 'tsup';

const common: Options = { format: 'esm', target: 'es2023', platform: 'neutral', external: [/^node:/], sourcemap: true };

export default defineConfig([
  {
    ...common,
    entry: ['src/index.ts', 'src/spec.ts', 'src/report.ts', 'src/worker.ts', 'src/client.ts', 'src/testing.ts'],
    // Names stay as they are written, for stack traces: keeping them beside shortened ones costs a call for every function that is made.
    esbuildOptions: (options) => {
      options.minifyWhitespace = true;
      options.minifySyntax = true;
    },
  },
  // Apart from the rest: what the two sides share is in each of them, and the workflow side is one file, for bundlers add to every import. Workflow
  // code is evaluated anew for every workflow, so every byte costs there: names are short in stack traces, whose lines the source map knows.
  { ...common, entry: ['src/workflow.ts', 'src/workflows.ts'], minify: true },
  // Apart from these too: only hosts that want it carry it.
  { ...common, entry: ['src/agent-pool-workflow.ts'], minify: true },
]);
