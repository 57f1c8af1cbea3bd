import '../support/quiet-runtime.js';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type InjectedSinks } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { replayAll } from '../../src/testing/replay-all.js';
import { quietLogger } from '../support/quiet-runtime.js';
import type { PatchSinks } from './patch-answers.js';
import { type TakenStep, tabulatePaths } from './path-table.js';
import { readUniverse, workflowOf } from './path-universe.js';
import { readSteps } from './read-steps.js';
import { HISTORIES, readRecordedRuns } from './recorded-runs.js';

/** Share of the paths that recorded histories must have taken. */
const FLOOR = 0.9;

const local = (path: string) => fileURLToPath(new URL(path, import.meta.url));

describe('recorded histories', () => {
  /** What the workflows asked of their histories as they were replayed: whether these are older than a change. */
  const asked: TakenStep[] = [];
  let outcome: Awaited<ReturnType<typeof replayAll>>;
  beforeAll(async () => {
    const workflowBundle = await bundleWorkflowCode({
      workflowsPath: local('./workflows.ts'),
      workflowInterceptorModules: [local('./patch-answers.ts')],
      logger: quietLogger,
    });
    const sinks: InjectedSinks<PatchSinks> = {
      patches: {
        answered: {
          callDuringReplay: true,
          fn: ({ workflowType }, id, taken) =>
            void asked.push({ workflow: workflowOf(workflowType), state: `change ${id}`, outcome: taken ? 'after it' : 'before it' }),
        },
      },
    };
    outcome = await replayAll(HISTORIES, { workflowBundle, sinks });
  }, 300_000);

  it('replay on the workflows as they are now', () => {
    expect(outcome.replayed.length).toBeGreaterThan(50);
    expect(outcome.broken.slice(0, 5)).toEqual([]);
  });

  it('have taken at least nine of ten paths that the code of the workflows has', async () => {
    const steps = (await readRecordedRuns()).flatMap((run) => readSteps(run).map((step) => ({ ...step, workflow: workflowOf(run.workflowType) })));
    const { rows, share, possible, taken, unexpected } = tabulatePaths(await readUniverse(), [...steps, ...asked]);
    const lines = rows.map(
      ({ workflow, state, ...rest }) => `${workflow}, ${state}: ${rest.taken || 'nothing'}${rest.missing && `; never ${rest.missing}`}`,
    );
    console.log([...lines, `${taken} of ${possible} paths were taken: ${(100 * share).toFixed(1)} %`].join('\n'));
    expect(unexpected).toEqual([]);
    expect(share).toBeGreaterThanOrEqual(FLOOR);
  });
});
