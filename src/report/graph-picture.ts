import type { GraphFinding, GraphFindingCode } from '../graph/graph-finding.js';
import { expectedMinutes } from '../graph/run/expected-minutes.js';
import { TaskGraph } from '../graph/task-graph.js';
import type { TaskNode } from '../graph/task-node.js';
import type { TaskState } from '../graph/task-state.js';
import type { QualityVerdict } from '../quality/quality-gate.js';
import type { ProjectReport } from './project-report.js';

/** What there is to see of a graph: its tasks, how they went if they ran, and what took longest. Plain JSON. @public */
export interface GraphPicture {
  /** In the order of the plan. */
  readonly tasks: readonly PicturedTask[];
  /** Ids along the longest path, first to last. */
  readonly criticalPath: readonly string[];
}

/** @public */
export interface PicturedTask {
  readonly node: Pick<TaskNode, 'id' | 'type' | 'dependencies' | 'triggerRule' | 'when' | 'estimatedTokens' | 'estimatedMinutes'>;
  /** Absent in a plan. */
  readonly state?: TaskState;
  /** Absent in a plan: there the estimate is shown. */
  readonly tokensSpent?: number;
  readonly verdict?: Pick<QualityVerdict, 'score' | 'threshold'> | null;
  /** What is wrong with the task, each code once; absent where nothing is. */
  readonly findings?: readonly GraphFindingCode[];
}

/**
 * The picture of a plan: estimates, and the critical path by what the tasks are expected to take. Draws broken plans as far as it goes: without
 * dependencies on what is no task, and without a critical path where there is a cycle.
 *
 * @param findings - Of `compileTaskGraph`; the tasks that they name are marked. @defaultValue none
 *
 * @public
 */
export function pictureOfPlan(nodes: readonly TaskNode[], findings: readonly GraphFinding[] = []): GraphPicture {
  const first = new Map<string, TaskNode>();
  for (const node of nodes) if (!first.has(node.id)) first.set(node.id, node);
  const graph = new TaskGraph([...first.values()].map((node) => ({ ...node, dependencies: node.dependencies.filter((id) => first.has(id)) })));
  const found = new Map<string, Set<GraphFindingCode>>();
  for (const { code, taskIds } of findings) for (const id of taskIds) found.set(id, (found.get(id) ?? new Set()).add(code));
  const tasks = nodes.map((node): PicturedTask => {
    const codes = found.get(node.id);
    return codes === undefined ? { node } : { node, findings: [...codes] };
  });
  return { tasks, criticalPath: graph.isAcyclic() ? graph.criticalPath(expectedMinutes) : [] };
}

/** The picture of a project that ended: states, spend, scores and the critical path of what happened. @public */
export function pictureOfReport({ tasks, schedule }: Pick<ProjectReport, 'tasks' | 'schedule'>): GraphPicture {
  return { tasks, criticalPath: schedule.criticalPath };
}
