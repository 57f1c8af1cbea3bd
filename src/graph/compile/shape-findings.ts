import { finding, type GraphFinding } from '../graph-finding.js';
import type { SortedGraph } from '../structure/sort-graph.js';
import { TaskGraph } from '../task-graph.js';
import type { TaskNode } from '../task-node.js';
import type { CompileContext } from './compile-context.js';

/** Too many tasks side by side, or too many in a row, of an acyclic graph. */
export function shapeFindings(
  nodes: readonly TaskNode[],
  { order, generationStarts }: SortedGraph,
  { maximumWidth = Infinity, maximumDepth = Infinity }: CompileContext,
): readonly GraphFinding[] {
  const findings: GraphFinding[] = [];
  const depth = generationStarts.length - 1;
  const widthOf = (generation: number) => generationStarts[generation + 1]! - generationStarts[generation]!;
  let widest = 0;
  for (let generation = 1; generation < depth; generation += 1) if (widthOf(generation) > widthOf(widest)) widest = generation;
  if (depth > 0 && widthOf(widest) > maximumWidth) {
    const ids = Array.from(order.subarray(generationStarts[widest]!, generationStarts[widest + 1]!), (position) => nodes[position]!.id);
    const message = `${ids.length} tasks may run side by side; at most ${maximumWidth} are allowed.`;
    findings.push(finding('graph.too-wide', ids, message, ids, 'Join small tasks, or let some wait for others.'));
  }
  if (depth > maximumDepth) {
    const chain = new TaskGraph(nodes).criticalPath(() => 1);
    const message = `${chain.length} tasks wait for each other in a row; at most ${maximumDepth} are allowed.`;
    findings.push(finding('graph.too-deep', chain, message, chain, 'Let tasks wait only for what they need.'));
  }
  return findings;
}
