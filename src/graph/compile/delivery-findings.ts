import { showId } from '../graph-error.js';
import { finding, type GraphFinding } from '../graph-finding.js';
import type { GraphIndex } from '../structure/graph-index.js';
import type { TaskGraphDocument } from '../task-graph-document.js';
import { type TaskNode, TaskType } from '../task-node.js';

/** Tasks whose outcome is a verdict: they deliver it, not files. */
const JUDGING: ReadonlySet<string> = new Set([TaskType.TEST, TaskType.REVIEW]);

/** Tasks that nothing needs and that deliver nothing the project asked for, and what it asked for that nobody writes. */
export function deliveryFindings({ nodes, deliverables }: TaskGraphDocument, { successorStarts }: GraphIndex): readonly GraphFinding[] {
  const isAskedFor = (path: string) => deliverables === undefined || deliverables.some((asked) => isWithin(path, asked));
  const delivers = ({ type, writes }: TaskNode) => JUDGING.has(type) || writes.some(isAskedFor);
  const findings: GraphFinding[] = [];
  for (const [position, node] of nodes.entries()) {
    if (successorStarts[position] !== successorStarts[position + 1] || delivers(node)) continue;
    const { id, writes } = node;
    const nothing =
      writes.length === 0 ? 'it writes nothing' : `it writes nothing that the project asked for, only ${writes.slice(0, 5).map(showId).join(', ')}`;
    const suggestion = 'Let a task that needs it depend on it, let it write what the project asked for, or drop it.';
    findings.push(finding('graph.orphan', [id], `No task needs ${showId(id)}, and ${nothing}.`, [id, ...writes], suggestion));
  }
  for (const asked of deliverables ?? []) {
    if (nodes.some(({ writes }) => writes.some((path) => isWithin(path, asked)))) continue;
    const suggestion = 'Let a task write it.';
    findings.push(finding('graph.missing-deliverable', [], `The project asked for ${showId(asked)}, which no task writes.`, [asked], suggestion));
  }
  return findings;
}

const isWithin = (path: string, asked: string) => path === asked || path.startsWith(`${asked}/`);
