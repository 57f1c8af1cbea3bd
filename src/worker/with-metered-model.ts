import { Context } from '@temporalio/activity';
import { CallMeter } from '../agents/call-meter.js';
import { MeteredModel } from '../agents/metered-model.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import type { AttemptContext } from '../report/attempt-context.js';
import { type HoldFields, holdOf, type SpentFields, spentFields } from '../workflow/hold-fields.js';
import type { ActivityEnvironment } from './activity-environment.js';
import { activityFailure } from './activity-failure.js';
import { attemptOf } from './attempt-of.js';
import { withHeartbeat } from './heartbeat.js';
import { requireRunning } from './require-running.js';

/** What an activity that may spend tokens works with. */
export interface MeteredWork {
  readonly model: MeteredModel;
  /** Sets what the next heartbeats carry. */
  readonly report: (details: unknown) => void;
  /** Says what stands in the record beside the calls. */
  readonly recordContext: (context: AttemptContext) => void;
  readonly signal: AbortSignal;
}

/** Such an activity, as it was asked for. */
interface MeteredActivity {
  readonly input: HoldFields;
  readonly keyPrefix: string;
  readonly ofTask: boolean;
  readonly cheaper?: boolean;
  readonly metering?: 'own' | undefined;
}

/** What such an activity answers with beside its own. */
interface Account extends SpentFields {
  /** Records of the model's calls. */
  readonly record: ArtifactReference;
}

/**
 * Runs the work of an activity under a heartbeat, with a model that can't spend more than the hold, and accounts for it however it ends: in its
 * result or in its failure.
 *
 * Before each call the server is asked whether there is still somebody to work for, and the call stands in the journal where there is one: what a
 * worker takes along is accounted for by `accountForAttempt`.
 *
 * A failure goes without a record that can't be stored: the error that there is already matters more.
 *
 * @param about - `input` says what may be spent; `keyPrefix` where the model's calls are made, example: `divide/0/1`; `ofTask` whether the workflow is
 * a task of a project; `cheaper` whether the model for where money is short is called, where there is one; `metering` is `own` where calls are made around
 * the meter: the journal then can't say what a lost activity spent, and all that it held is charged.
 */
export async function withMeteredModel<Result extends object>(
  { model: usual, cheaperModel = usual, store, journal }: ActivityEnvironment,
  { input, keyPrefix, ofTask, cheaper = false, metering }: MeteredActivity,
  work: (context: MeteredWork) => Promise<Result>,
): Promise<Result & Account> {
  const context = Context.current();
  const attempt = attemptOf(context.info);
  const meter = new CallMeter({
    limit: holdOf(input),
    keyPrefix,
    mayCall: requireRunning(context, ofTask),
    ...(journal === undefined ? {} : { journal: { calls: journal, attempt } }),
  });
  const model = new MeteredModel(cheaper ? cheaperModel : usual, meter);
  let told: { readonly context?: AttemptContext } = {};
  const putRecord = () => store.putRecord({ calls: model.records, ...told });
  return withHeartbeat(async (report, signal) => {
    try {
      // What may spend nothing need not be known when it is lost, and what begins promises that all its calls will stand in the journal.
      if (input.holdTokens > 0 && metering !== 'own') await journal?.doBegin(attempt);
      const result = await work({
        model,
        report,
        signal,
        recordContext: (context) => {
          told = { context };
        },
      });
      return { ...result, ...spentFields(meter.spent), record: await putRecord() };
    } catch (error) {
      throw activityFailure(error, { ...spentFields(meter.spent), record: await putRecord().catch(() => null) }, signal);
    }
  });
}
