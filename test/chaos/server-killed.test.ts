import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { startTemporal, type TestTemporal } from 'kamachiq/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CrashWorker } from '../../src/testing/crash/crash-worker.js';
import { ChaosKit } from './chaos-kit.js';
import { carryOutChaosProject } from './chaos-project.js';

/* The server is killed in the middle of the same project, and started again on its database; its worker and its client live on. */

let temporal: TestTemporal;
let kit: ChaosKit;
let undisturbed: CarriedOut;
beforeAll(async () => {
  kit = await ChaosKit.make();
  temporal = await startTemporal({ database: join(kit.folder, 'temporal.db') });
  undisturbed = await carryOut(async () => undefined);
});
afterAll(async () => {
  await temporal?.stop();
  await kit?.remove();
});

/** What came out, and how many points the worker passed. */
interface CarriedOut {
  readonly came: unknown;
  readonly points: number;
}

/** Carries the project out beside a worker of its own. */
async function carryOut(onPoint: (passed: number) => Promise<void>): Promise<CarriedOut> {
  const taskQueue = `server-${randomUUID()}`;
  let points = 0;
  const worker = new CrashWorker(kit.worker(), temporal.address, taskQueue, async () => {
    points += 1;
    await onPoint(points);
    return true;
  });
  try {
    const place = { address: temporal.address, taskQueue, runId: randomUUID() };
    return { came: await Promise.race([carryOutChaosProject(place, kit.artifacts), worker.failure]), points };
  } finally {
    await worker.kill();
  }
}

describe('a project whose server is killed', () => {
  it.each([0.2, 0.5, 0.9])(
    'comes out the same where that is at %f of its way',
    async (share) => {
      let outages = 0;
      const { came } = await carryOut(async (passed) => {
        if (passed !== Math.floor(undisturbed.points * share)) return;
        await temporal.kill();
        await temporal.restart();
        outages += 1;
      });
      expect(outages).toBe(1);
      expect(came).toEqual(undisturbed.came);
    },
    600_000,
  );
});
