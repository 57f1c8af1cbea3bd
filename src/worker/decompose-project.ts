import { MeteredModel } from '../agents/metered-model.js';
import type { DecomposeProjectInput, DecomposeProjectResult } from '../workflow/activity-types.js';
import { type ActivityEnvironment, shareOfHold } from './activity-environment.js';
import { activityFailure } from './activity-failure.js';
import { withHeartbeat } from './heartbeat.js';

/** The activity `kamachiq.decomposeProject`. */
export async function decomposeProject(environment: ActivityEnvironment, input: DecomposeProjectInput): Promise<DecomposeProjectResult> {
  const { planner, templates, store } = environment;
  const { spec, seed, repair, findings, previous } = input;
  const share = shareOfHold(input.holdTokens);
  const model = new MeteredModel(environment.model, share.tokens, `planning/${repair}`);
  return withHeartbeat(async (_report, signal) => {
    try {
      const plan = await planner.doPlan({ spec, seed, repair, findings, previous }, { model, templates, signal });
      const { graph, functions, projectTemplate, madeBy, decidedByModel } = plan;
      return {
        graph,
        plan: await store.putPlan({ spec, functions, projectTemplate, writes: graph.nodes.flatMap(({ writes }) => writes) }),
        madeBy,
        decidedByModel,
        tokensSpent: share.chargedBefore + model.spent,
        record: await store.putRecord({ calls: model.records }),
      };
    } catch (error) {
      throw activityFailure(error, share.chargedBefore + model.spent, signal);
    }
  });
}
