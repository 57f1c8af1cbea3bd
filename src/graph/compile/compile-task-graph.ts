import type { GraphFinding } from '../graph-finding.js';
import { TaskGraph } from '../task-graph.js';
import type { TaskGraphDocument } from '../task-graph-document.js';
import type { CompileContext } from './compile-context.js';
import { judgeTaskGraph } from './judge-task-graph.js';
import { limitFindings } from './limit-findings.js';

/** A plan that can run, or everything that is wrong with it. @public */
export type CompiledTaskGraph =
  | { readonly ok: true; readonly graph: TaskGraph; readonly findings: readonly GraphFinding[] }
  | { readonly ok: false; readonly findings: readonly GraphFinding[] };

/**
 * Checks a plan against size, structure, wiring, conditions, paths, templates, personas, budget, deadline and rules, and answers with all
 * findings at once, each with its evidence. What tasks hand to each other is only looked at where the structure holds: without an order there
 * is no upstream.
 *
 * Findings take 100,000 bytes together; where there are more, the last one, `graph.too-many-problems`, counts them.
 *
 * @param document - Where it isn't of its form, that is all that is found: `graph.malformed`. What comes from outside is for `taskGraphSchema` of
 * `kamachiq/spec`, which fills in defaults too.
 * @throws KamachiqError `graph.rule-failed`; whatever a callback of the context throws
 *
 * @public
 */
export function compileTaskGraph(document: TaskGraphDocument, context: CompileContext = {}): CompiledTaskGraph {
  return concludeFindings(document, judgeTaskGraph(document, context).findings);
}

/** Says what becomes of a plan with these findings. @param findings - At full length. */
export function concludeFindings(document: TaskGraphDocument, findings: readonly GraphFinding[]): CompiledTaskGraph {
  const limited = limitFindings(findings);
  if (findings.some(({ severity }) => severity === 'error')) return { ok: false, findings: limited };
  return { ok: true, graph: new TaskGraph(document.nodes), findings: limited };
}
