import type { SettledState } from '../../src/graph/task-state.js';
import { GateDecision } from '../../src/quality/quality-gate.js';
import { type DegradationStep, ProjectStatus } from '../../src/report/project-report.js';
import { WorkflowCode } from './workflow-code.js';

/** A way through a workflow: from a state, with an outcome. */
export interface WorkflowPath {
  readonly workflow: string;
  readonly state: string;
  readonly outcome: string;
}

/** Each of our workflows: where its code begins, the phases it can be in, and how it can end by itself. */
const WORKFLOWS: {
  readonly [type: string]: { readonly roots: readonly string[]; readonly phases: readonly string[]; readonly ends: readonly string[] };
} = {
  KamachiqProjectWorkflow: {
    roots: ['define-project-workflow#defineProjectWorkflow'],
    phases: ['planning', 'executing', 'reviewing', 'waiting-for-person'],
    // Cancelled, it has no result to say so with.
    ends: Object.values(ProjectStatus).filter((status) => status !== ProjectStatus.CANCELLED),
  },
  AgentTaskWorkflow: {
    // Leases are handed in by hosts.
    roots: ['define-agent-task-workflow#defineAgentTaskWorkflow', 'lease-agent#AgentLeases'],
    phases: ['working', 'waiting-for-tokens', 'evaluating', 'waiting-for-person'],
    ends: ['succeeded', 'did not succeed'],
  },
  HumanReviewWorkflow: { roots: ['human-review-workflow#HumanReviewWorkflow'], phases: ['waiting'], ends: ['approve', 'reject', 'timed-out'] },
  AgentPoolWorkflow: { roots: ['agent-pool-workflow#AgentPoolWorkflow'], phases: ['waiting'], ends: [] },
};

/** How any workflow can be ended from outside, or by an error. */
const ENDED = ['broke off', 'cancelled', 'terminated', 'timed out by the server'];

/** What workflows tell apart in results of activities. */
const DONE: { readonly [activity: string]: readonly string[] } = {
  spawnAgent: ['passed', 'did not pass'],
  evaluateQuality: Object.values(GateDecision),
  validateTaskGraph: ['compiles', 'has errors'],
};

/** Every state that the workflow code has, with every outcome that Temporal allows for it. */
export async function readUniverse(): Promise<readonly WorkflowPath[]> {
  const code = await WorkflowCode.read();
  const options = code.propertiesOf('activity-proxies#OPTIONS');
  const paths: WorkflowPath[] = [];
  for (const [workflow, { roots, phases, ends }] of Object.entries(WORKFLOWS)) {
    const waits = code.waits(roots);
    const add = (state: string, outcomes: readonly string[]) => {
      for (const outcome of outcomes) paths.push({ workflow, state, outcome });
    };
    for (const name of waits.activities) add(`activity ${name}`, outcomesOf(name, options.get(name)));
    for (const type of waits.children)
      add(`child ${type}`, [...WORKFLOWS[type]!.ends, 'failed', 'cancelled', 'terminated', 'timed out', 'not started']);
    for (const summary of waits.timers) add(`timer ${summary}`, ['over', 'called off']);
    for (const name of waits.received) add(`signal ${name}`, ['received']);
    for (const name of waits.sent) add(`signal ${name} to another`, ['delivered', 'nobody there']);
    for (const name of waits.updates) add(`update ${name}`, ['carried out', 'refused after all']);
    for (const id of waits.patches) add(`change ${id}`, ['before it', 'after it']);
    if (waits.children.size > 0) add('cancellation of a child', ['delivered', 'nobody there']);
    if (waits.acts.has('cancels another')) add('cancellation of another', ['delivered', 'nobody there']);
    for (const phase of phases) add(`closed: ${phase}`, [...ends, ...ENDED, ...(waits.acts.has('continues as new') ? ['continued as new'] : [])]);
    if (workflow === 'KamachiqProjectWorkflow') addRecords(add);
  }
  return paths;
}

/** What a project tells its report: how its tasks ended, and with what less it made do. */
function addRecords(add: (state: string, outcomes: readonly string[]) => void): void {
  const settled = { succeeded: true, failed: true, skipped: true, 'upstream-failed': true, cancelled: true } satisfies Record<SettledState, true>;
  add('a task of the project', Object.keys(settled));
  const steps = {
    'shrink-outputs': true,
    'fewer-candidates': true,
    'cheaper-model': true,
    'drop-optional': true,
    'ask-person': true,
  } satisfies Record<DegradationStep, true>;
  add('a shortage of the project', Object.keys(steps));
}

function outcomesOf(name: string, options = ''): readonly string[] {
  const attempts = /maximumAttempts: (\d+)/.exec(options)?.[1];
  const again = attempts === '1' ? [] : ['done by a later delivery'];
  // What is delivered again for ever has no last delivery.
  const atLast = attempts === undefined ? [] : ['failed', 'lost'];
  return [...(DONE[name] ?? ['done']), ...again, ...atLast, 'failed for good', 'cancelled'];
}

/** The workflow that a type is of: hosts may give theirs another name, and so do tests. */
export const workflowOf = (type: string): string => (type.endsWith('ProjectWorkflow') ? 'KamachiqProjectWorkflow' : type);

/** Whether a path of the code is the one that a step of a history took: summaries are partly known only when a timer starts. */
export function isTaken({ state, outcome }: WorkflowPath, step: { readonly state: string; readonly outcome: string }): boolean {
  if (outcome !== step.outcome) return false;
  const [head, tail] = state.split('…');
  return tail === undefined ? state === step.state : step.state.startsWith(head!) && step.state.endsWith(tail);
}
