import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FilesystemObservationStore } from '../../worker/filesystem-observation-store.js';
import { observationWith } from './fixtures/observation-with.js';
import { loadEstimator } from './load-estimator.js';
import type { TaskOutline } from './task-observation.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-estimator-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const outline = (model: string): TaskOutline => ({
  template: 'python-function/1',
  persona: 'developer',
  model,
  characters: 400,
  plannedTokens: 6_000,
  plannedMilliseconds: 1_000,
});

describe('loadEstimator', () => {
  it('finds a kind that is rare among others, and what is like it', async () => {
    const store = new FilesystemObservationStore(folder);
    const of = (model: string, count: number, tokens: number) =>
      store.doAppend(
        model,
        Array.from({ length: count }, (_, index) => observationWith({ taskId: `${model}-${index}`, model, tokens })),
      );
    await of('local/rare', 20, 700);
    await of('local/common', 400, 300);
    const estimator = await loadEstimator(store, [outline('local/rare'), outline('local/unseen')]);
    expect(estimator.estimate(outline('local/rare'))).toMatchObject({ observations: 20, tokens: { p50: 700 } });
    expect(estimator.estimate(outline('local/unseen'))).toMatchObject({ basis: 'alike', observations: 0, tokens: { p50: 300 } });
    expect(estimator.estimate({ ...outline('local/rare'), template: 'unseen/1' })).toMatchObject({ basis: 'plan' });
  });
});
