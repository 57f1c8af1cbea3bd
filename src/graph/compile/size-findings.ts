import { finding, type GraphFinding } from '../graph-finding.js';
import type { TaskNode } from '../task-node.js';
import type { CompileContext } from './compile-context.js';
import { findExcessWeight, PLAN_WEIGHT_LIMIT } from './plan-weight.js';

/** No tasks, too many, or more than can be carried. */
export function sizeFindings(
  nodes: readonly TaskNode[],
  { maximumTasks = 5_000, maximumBytes = PLAN_WEIGHT_LIMIT }: CompileContext,
): readonly GraphFinding[] {
  if (nodes.length === 0) return [finding('graph.empty', [], 'The plan has no tasks.', [], 'Plan at least one task.')];
  const findings: GraphFinding[] = [];
  if (nodes.length > maximumTasks) {
    const message = `The plan has ${nodes.length} tasks; at most ${maximumTasks} are allowed.`;
    const suggestion = `Plan at most ${maximumTasks} tasks, or split the project.`;
    findings.push(finding('graph.too-large', [], message, [String(nodes.length), String(maximumTasks)], suggestion));
  }
  const weight = findExcessWeight(nodes, maximumBytes);
  if (weight !== null) {
    const message = `The plan takes ${weight} bytes with the records of its ${nodes.length} tasks; at most ${maximumBytes} can be carried.`;
    const suggestion = 'Split the project, or shorten ids, dependencies and conditions.';
    findings.push(finding('graph.too-heavy', [], message, [String(weight), String(maximumBytes)], suggestion));
  }
  return findings;
}
