import type { AgentProgress } from '../ports/agent-runner.js';
import type { AgentTaskProgress } from '../workflow/agent-task-types.js';
import type { TaskProgress } from '../workflow/project-types.js';

/** A task as it stands right now: what its project knows, what its own workflow knows, and what its agent last reported. @public */
export interface LiveTask extends TaskProgress {
  readonly phase: AgentTaskProgress['phase'] | null;
  readonly attempt: number;
  readonly remediation: number;
  /** Of `tokensSpent`, what its project counts as held and not yet as spent. */
  readonly tokensUnsettled: number;
  /** Of the attempt in progress; null while no agent is at work. */
  readonly agent: AgentProgress | null;
}

/**
 * A task whose workflow answered.
 *
 * @param agent - What its agent had reported before `own` was asked for: the other way round, what an agent spent that ends in between would be nowhere.
 */
export function liveTask(task: TaskProgress, own: AgentTaskProgress, agent: AgentProgress | null): LiveTask {
  // Of an attempt that has ended the workflow itself tells what was spent: the agent's word would count it twice.
  const atWork = own.phase === 'working' ? agent : null;
  // A task that was given another start begins at nothing in its own count, and not in its project's.
  const tokensSpent = Math.max(task.tokensSpent, own.tokensSpent + (atWork?.tokensSpent ?? 0));
  return { ...task, ...own, tokensSpent, tokensUnsettled: tokensSpent - task.tokensSpent, agent: atWork };
}

/**
 * A task of which only its project can tell: it has not begun, has ended, or its workflow can't be asked.
 *
 * @param seen - Tokens that it was once seen to have spent.
 */
export function liveTaskOfProject(task: TaskProgress, seen = 0): LiveTask {
  const tokensSpent = Math.max(task.tokensSpent, seen);
  return {
    ...task,
    tokensSpent,
    tokensUnsettled: tokensSpent - task.tokensSpent,
    phase: null,
    attempt: task.attempts,
    remediation: 0,
    agent: null,
  };
}
