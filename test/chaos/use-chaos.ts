import { startTemporal, type TestTemporal } from 'kamachiq/testing';
import { afterAll, beforeAll } from 'vitest';
import { ChaosKit } from './chaos-kit.js';

/** What the tests of a file share: a server, and what workers are killed with. There from the first test on. */
export interface Chaos {
  readonly temporal: TestTemporal;
  readonly kit: ChaosKit;
}

/** Starts both before the tests of a file, and ends them after, also where they failed. */
export function useChaos(): Chaos {
  const shared = {} as { temporal: TestTemporal; kit: ChaosKit };
  beforeAll(async () => {
    shared.temporal = await startTemporal();
    shared.kit = await ChaosKit.make();
  });
  afterAll(async () => {
    await shared.temporal?.stop();
    await shared.kit?.remove();
  });
  return shared;
}
