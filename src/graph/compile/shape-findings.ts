import { finding, type GraphFinding } from '../graph-finding.js';
import type { TaskGraph } from '../task-graph.js';
import type { CompileContext } from './compile-context.js';

/** Too many tasks side by side, or too many in a row, of an acyclic graph. */
export function shapeFindings(graph: TaskGraph, { maximumWidth = Infinity, maximumDepth = Infinity }: CompileContext): readonly GraphFinding[] {
  if (maximumWidth === Infinity && maximumDepth === Infinity) return [];
  const findings: GraphFinding[] = [];
  const generations = graph.topologicalGenerations();
  const widest = generations.reduce((best, generation) => (generation.length > best.length ? generation : best), []);
  if (widest.length > maximumWidth) {
    const message = `${widest.length} tasks may run side by side; at most ${maximumWidth} are allowed.`;
    findings.push(finding('graph.too-wide', widest, message, widest, 'Join small tasks, or let some wait for others.'));
  }
  if (generations.length > maximumDepth) {
    const chain = graph.criticalPath(() => 1);
    const message = `${chain.length} tasks wait for each other in a row; at most ${maximumDepth} are allowed.`;
    findings.push(finding('graph.too-deep', chain, message, chain, 'Let tasks wait only for what they need.'));
  }
  return findings;
}
