import { findPathProblem, isWithinPath } from '../../ports/project-path.js';
import { showId } from '../graph-error.js';
import { finding, type GraphFinding } from '../graph-finding.js';
import type { GraphIndex } from '../structure/graph-index.js';
import type { TaskGraphDocument } from '../task-graph-document.js';
import { type TaskNode, TaskType } from '../task-node.js';
import { TriggerRule } from '../trigger-rule.js';

/** Tasks whose outcome is a verdict: they deliver it, not files. */
const JUDGING: ReadonlySet<string> = new Set([TaskType.TEST, TaskType.REVIEW]);

/** What tasks are for that go on whatever becomes of others: to tidy up, or to tell of it. */
const TOLERANT: ReadonlySet<string | undefined> = new Set([TriggerRule.ALL_DONE, TriggerRule.ONE_FAILED, TriggerRule.ALWAYS]);

/**
 * Tasks that nothing needs and that deliver nothing the project asked for, and what it asked for that nobody writes or that is no path inside
 * the project. Where one is none, it isn't known which tasks deliver it: no file is one too many then.
 */
export function deliveryFindings({ nodes, deliverables }: TaskGraphDocument, { successorStarts }: GraphIndex): readonly GraphFinding[] {
  const findings: GraphFinding[] = [];
  const paths: string[] = [];
  for (const asked of deliverables ?? []) {
    const problem = findPathProblem(asked);
    if (problem === null) paths.push(asked);
    else {
      const message = `The project asked for ${showId(asked)}: ${problem}.`;
      findings.push(finding('graph.unsafe-path', [], message, [asked], 'Ask for relative paths inside the project.'));
    }
  }
  const asksForAny = deliverables === undefined || findings.length > 0;
  const isAskedFor = (path: string) => asksForAny || paths.some((asked) => isWithinPath(path, asked));
  const attends = ({ triggerRule, dependencies, writes }: TaskNode) => TOLERANT.has(triggerRule) && dependencies.length > 0 && writes.length === 0;
  const delivers = (node: TaskNode) => JUDGING.has(node.type) || attends(node) || node.writes.some(isAskedFor);
  for (const [position, node] of nodes.entries()) {
    if (successorStarts[position] !== successorStarts[position + 1] || delivers(node)) continue;
    const { id, writes } = node;
    const nothing =
      writes.length === 0 ? 'it writes nothing' : `it writes nothing that the project asked for, only ${writes.slice(0, 5).map(showId).join(', ')}`;
    const suggestion = 'Let a task that needs it depend on it, let it write what the project asked for, or drop it.';
    findings.push(finding('graph.orphan', [id], `No task needs ${showId(id)}, and ${nothing}.`, [id, ...writes], suggestion));
  }
  for (const asked of paths) {
    if (nodes.some(({ writes }) => writes.some((path) => isWithinPath(path, asked)))) continue;
    const suggestion = 'Let a task write it.';
    findings.push(finding('graph.missing-deliverable', [], `The project asked for ${showId(asked)}, which no task writes.`, [asked], suggestion));
  }
  return findings;
}
