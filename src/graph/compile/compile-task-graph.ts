import { analyseConditions } from '../conditions/analyse-conditions.js';
import { findWorstRuns } from '../conditions/find-worst-runs.js';
import { finding, type GraphFinding } from '../graph-finding.js';
import { type GraphIndex, indexGraph } from '../structure/graph-index.js';
import { type SortedGraph, sortGraph } from '../structure/sort-graph.js';
import { TaskGraph } from '../task-graph.js';
import type { TaskGraphDocument } from '../task-graph-document.js';
import type { CompileContext } from './compile-context.js';
import { deliveryFindings } from './delivery-findings.js';
import { formFindings } from './form-findings.js';
import { limitFindings } from './limit-findings.js';
import { pathFindings } from './path-findings.js';
import { remainingWork } from './remaining-work.js';
import { DEFAULT_REMEDIATION_RESERVE } from './remediation-reserve.js';
import { resourceFindings } from './resource-findings.js';
import { ruleFindings } from './rule-findings.js';
import { shapeFindings } from './shape-findings.js';
import { sizeFindings } from './size-findings.js';
import { structureFindings } from './structure-findings.js';
import { taskFindings } from './task-findings.js';
import { wiringFindings } from './wiring-findings.js';

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
  const form = formFindings(document);
  if (form.length > 0) return { ok: false, findings: limitFindings(form) };
  const { nodes } = document;
  const index = indexGraph(nodes);
  const sorted = sortGraph(index);
  const structure = structureFindings(nodes, index, sorted);
  const findings = [...sizeFindings(nodes, context), ...structure, ...nodes.flatMap((node) => taskFindings(node, context))];
  // Where nobody knows a rule, nobody can say what runs.
  const isTold = structure.length === 0 && !findings.some(({ code }) => code === 'graph.unknown-trigger-rule');
  if (!isTold) return { ok: false, findings: limitFindings([...findings, ...budgetFindings(document, context)]) };
  findings.push(...orderedFindings(document, context, index, sorted));
  const limited = limitFindings(findings);
  if (findings.some(({ severity }) => severity === 'error')) return { ok: false, findings: limited };
  return { ok: true, graph: new TaskGraph(nodes), findings: limited };
}

/** Without an order nobody can say which tasks run: what starts under no condition is to be paid for in any case. */
function budgetFindings(
  document: TaskGraphDocument,
  { hasBegun = () => false, remediationReserve = DEFAULT_REMEDIATION_RESERVE }: CompileContext,
): readonly GraphFinding[] {
  const certain = document.nodes.filter(({ id, when, triggerRule }) => when === undefined && triggerRule === undefined && !hasBegun(id));
  const total = certain.reduce((sum, { estimatedTokens }) => sum + estimatedTokens, 0);
  return resourceFindings(document, { tokens: { total, choices: [] }, minutes: { total: 0, path: [], choices: [] } }, remediationReserve);
}

/** What can be said of a plan whose tasks have an order. */
function orderedFindings(document: TaskGraphDocument, context: CompileContext, index: GraphIndex, sorted: SortedGraph): readonly GraphFinding[] {
  const { nodes } = document;
  const { order } = sorted;
  const { hasBegun = () => false, remediationReserve = DEFAULT_REMEDIATION_RESERVE, rules = [] } = context;
  const analysis = analyseConditions(nodes, index, order, hasBegun);
  const canBothRun = nodes.some(({ when, triggerRule }) => when !== undefined || triggerRule !== undefined)
    ? (first: string, second: string) => analysis.canBothRun(index.positions.get(first)!, index.positions.get(second)!)
    : undefined;
  const toDo = context.hasBegun === undefined ? nodes : remainingWork(nodes, context);
  return [
    ...shapeFindings(nodes, sorted, context),
    ...deliveryFindings(document, index),
    ...wiringFindings(nodes, index, order, { canFollow: (position, producer) => analysis.canFollow(position, producer), hasBegun }),
    ...analysis.problems.map(({ kind, position, message, witness, suggestion }) =>
      finding(`graph.${kind}`, [nodes[position]!.id], message, witness, suggestion),
    ),
    ...pathFindings(nodes, index, order, canBothRun),
    ...resourceFindings(document, findWorstRuns(toDo, index, order, hasBegun), remediationReserve),
    ...ruleFindings(document, rules),
  ].filter(({ taskIds }) => taskIds.length === 0 || !taskIds.every(hasBegun));
}
