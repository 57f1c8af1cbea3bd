import '../support/quiet-runtime.js';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { quietLogger } from '../support/quiet-runtime.js';
import { readRecordedRuns } from './recorded-runs.js';
import { WORKFLOW_PATHS } from './workflow-paths.js';

/** Share of the paths that recorded histories must have taken. */
const FLOOR = 0.9;

describe('recorded histories', async () => {
  const runs = await readRecordedRuns();

  it('replay on the workflows as they are now', async () => {
    const bundle = await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('../support/workflows.ts', import.meta.url)),
      logger: quietLogger,
    });
    const broken: string[] = [];
    let replayed = 0;
    for await (const { error } of Worker.runReplayHistories({ workflowBundle: bundle, replayName: 'recorded' }, runs)) {
      if (error !== undefined) broken.push(`${runs[replayed]?.name}: ${error.message}`);
      replayed += 1;
    }
    expect(replayed).toBe(runs.length);
    expect(runs.length).toBeGreaterThan(50);
    expect(broken.slice(0, 5)).toEqual([]);
  });

  it('have taken at least nine of ten paths through the workflows', () => {
    const table = WORKFLOW_PATHS.map(({ workflow, state, outcome, taken }) => ({
      workflow,
      state,
      outcome,
      runs: runs.filter((run) => run.workflowType === workflow && taken(run)).length,
    }));
    console.table(table);
    const share = table.filter(({ runs: count }) => count > 0).length / table.length;
    expect(share).toBeGreaterThanOrEqual(FLOOR);
  });
});
