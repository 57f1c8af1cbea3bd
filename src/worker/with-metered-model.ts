import { MeteredModel } from '../agents/metered-model.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import type { ActivityEnvironment } from './activity-environment.js';
import { activityFailure } from './activity-failure.js';
import { withHeartbeat } from './heartbeat.js';

/** What an activity that may spend tokens works with. */
export interface MeteredWork {
  readonly model: MeteredModel;
  /** Sets what the next heartbeats carry. */
  readonly report: (details: unknown) => void;
  readonly signal: AbortSignal;
}

/** What such an activity answers with beside its own. */
interface Account {
  readonly tokensSpent: number;
  /** Records of the model's calls. */
  readonly record: ArtifactReference;
}

/**
 * Runs the work of an activity under a heartbeat, with a model that can't spend more than the hold, and accounts for it however it ends: in its
 * result or in its failure.
 *
 * A failure goes without a record that can't be stored: the error that there is already matters more.
 *
 * @param keyPrefix - Where the model's calls are made. Example: `divide/0/1`.
 */
export async function withMeteredModel<Result extends object>(
  { model: unmetered, store }: ActivityEnvironment,
  { holdTokens, keyPrefix }: { readonly holdTokens: number; readonly keyPrefix: string },
  work: (context: MeteredWork) => Promise<Result>,
): Promise<Result & Account> {
  const model = new MeteredModel(unmetered, holdTokens, keyPrefix);
  const putRecord = () => store.putRecord({ calls: model.records });
  return withHeartbeat(async (report, signal) => {
    try {
      const result = await work({ model, report, signal });
      return { ...result, tokensSpent: model.spent, record: await putRecord() };
    } catch (error) {
      throw activityFailure(error, { tokensSpent: model.spent, record: await putRecord().catch(() => null) }, signal);
    }
  });
}
