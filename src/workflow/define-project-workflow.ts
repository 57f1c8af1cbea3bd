import { asFailure } from './as-failure.js';
import type { ProjectRunInput } from './carried-project.js';
import { projectStatusQuery, requestHoldSignal, revisePlanUpdate, taskSettledSignal, taskWaitsSignal } from './messages.js';
import type { PackedJson } from './packed-json.js';
import { DEFAULT_PROJECT_POLICY, PROJECT_POLICY_RANGES, type ProjectPolicy } from './project-policy.js';
import { ProjectRun } from './project-run.js';
import type { ProjectInput, ProjectResult } from './project-types.js';
import { resolvePolicy } from './resolve-policy.js';
import { refuseWhatIsNoRevision } from './revise-plan.js';
import { allHandlersFinished, CancellationScope, condition, continueAsNew, setHandler } from './temporal.js';

/**
 * Makes the workflow that carries out a project: decompose, validate, execute, review, finalize. The name under which it is exported from a
 * host's workflow module is its workflow type; `AgentTaskWorkflow` and `HumanReviewWorkflow` must be exported beside it.
 *
 * @param policy - Looked at when a workflow starts, never here: an error where a workflow module is loaded would keep all workflows of the host
 * from running. With an option that is unknown or out of its range, the workflow fails at once with `kamachiq.workflow.invalid-policy`, which
 * names all of them.
 * @public
 */
export function defineProjectWorkflow(policy: Partial<ProjectPolicy> = {}): (input: ProjectInput) => Promise<ProjectResult> {
  return async (input) => {
    let ended: ProjectResult | PackedJson;
    try {
      const project = new ProjectRun(input, resolvePolicy('defineProjectWorkflow', DEFAULT_PROJECT_POLICY, PROJECT_POLICY_RANGES, policy));
      setHandler(projectStatusQuery, () => project.progress(), { description: 'Where the project stands.' });
      setHandler(requestHoldSignal, (request) => project.receive({ kind: 'hold-requested', request }));
      setHandler(taskWaitsSignal, (waits) => project.receive({ kind: 'task-waits', waits }));
      // Whoever asks is answered also where the project is cancelled meanwhile.
      setHandler(revisePlanUpdate, (change) => CancellationScope.nonCancellable(() => project.revise(change)), {
        description: 'Changes the plan while it is carried out.',
        validator: refuseWhatIsNoRevision,
      });
      project.takeOrders();
      setHandler(taskSettledSignal, (settled) => project.receive({ kind: 'task-settled', settled }));
      try {
        ended = await project.run();
      } finally {
        await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
      }
    } catch (error) {
      throw asFailure(error);
    }
    if ('status' in ended) return ended;
    const next: ProjectRunInput = { ...input, carried: ended };
    return continueAsNew<(next: ProjectRunInput) => Promise<never>>(next);
  };
}
