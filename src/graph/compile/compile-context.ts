import type { PlanRule } from '../../ports/plan-rule.js';
import type { TaskOutputs } from '../output-type.js';
import type { TaskNode } from '../task-node.js';
import type { TaskState } from '../task-state.js';

/** What a plan may refer to and must keep. What is absent is not looked at. @public */
export interface CompileContext {
  /** Says what is wrong with a task's inputs to its template, or null for a template that nobody knows. */
  readonly findTemplateProblems?: (task: TaskNode) => readonly string[] | null;
  readonly hasPersona?: (name: string) => boolean;
  /** @defaultValue 5,000: what a workflow can carry out */
  readonly maximumTasks?: number;
  /** Tasks that may stand in one generation. @defaultValue no limit */
  readonly maximumWidth?: number;
  /** Generations: tasks that may wait for each other in a row. @defaultValue no limit */
  readonly maximumDepth?: number;
  /** Bytes of the plan in its workflow, with what becomes of its tasks. @defaultValue 1,800,000: what a workflow can carry */
  readonly maximumBytes?: number;
  /** Tokens to be kept for remediation, as a share of what the tasks are estimated at, at least 0. @defaultValue 0.1 */
  readonly remediationReserve?: number;
  /** What `budgetTotal` of the plan is as little as it is for, where that is not tokens: those that are left can't all be paid for. @defaultValue tokens */
  readonly boundBy?: 'money';
  /** Share of the project's budget that was kept for the review of the whole: of a raise, as much is. @defaultValue 0 */
  readonly reviewShare?: number;
  /**
   * What has become of each task in a plan that is being carried out, `pending` for those that its run doesn't know. What is at work or settled
   * costs nothing more, and nothing of it can be changed; `ready` is a task that starts for certain, so none that was changed.
   * @defaultValue every task is pending
   */
  readonly stateOf?: (id: string) => TaskState;
  /** What a task that succeeded handed on, undefined for nothing: conditions over it are decided. @defaultValue nothing is known */
  readonly outputsOf?: (id: string) => TaskOutputs | undefined;
  /** Rules that the plan must keep. */
  readonly rules?: readonly PlanRule[];
}
