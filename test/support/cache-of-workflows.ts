import type { WorkerOptions } from '@temporalio/worker';

/** None with KAMACHIQ_WITHOUT_CACHE=1, so that every workflow is replayed at each of its steps; else what the SDK keeps by default. */
export const cacheOfWorkflows = (): Pick<WorkerOptions, 'maxCachedWorkflows'> =>
  process.env.KAMACHIQ_WITHOUT_CACHE === '1' ? { maxCachedWorkflows: 0 } : {};
