import { allHandlersFinished, condition, setHandler } from '@temporalio/workflow';
import { asFailure } from './as-failure.js';
import { projectStatusQuery, requestHoldSignal, taskSettledSignal, taskWaitsSignal } from './messages.js';
import { DEFAULT_PROJECT_POLICY, type ProjectPolicy } from './project-policy.js';
import { ProjectRun } from './project-run.js';
import type { ProjectInput, ProjectResult } from './project-types.js';

/**
 * Makes the workflow that carries out a project: decompose, validate, execute, review, finalize. The name under which it is exported from a
 * host's workflow module is its workflow type; `AgentTaskWorkflow` and `HumanReviewWorkflow` must be exported beside it.
 *
 * @public
 */
export function defineProjectWorkflow(policy: Partial<ProjectPolicy> = {}): (input: ProjectInput) => Promise<ProjectResult> {
  return async (input) => {
    try {
      const project = new ProjectRun(input, { ...DEFAULT_PROJECT_POLICY, ...policy });
      setHandler(projectStatusQuery, () => project.progress(), { description: 'Where the project stands.' });
      setHandler(requestHoldSignal, (request) => project.receive({ kind: 'hold-requested', request }));
      setHandler(taskWaitsSignal, (waits) => project.receive({ kind: 'task-waits', waits }));
      setHandler(taskSettledSignal, ({ settlements }) => project.receive({ kind: 'task-settled', settlements }));
      const result = await project.run();
      await condition(allHandlersFinished);
      return result;
    } catch (error) {
      throw asFailure(error);
    }
  };
}
