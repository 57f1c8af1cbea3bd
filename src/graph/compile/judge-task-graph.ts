import { analyseConditions } from '../conditions/analyse-conditions.js';
import { findWorstRuns, type WorstRuns } from '../conditions/find-worst-runs.js';
import { finding, type GraphFinding } from '../graph-finding.js';
import { type GraphIndex, indexGraph } from '../structure/graph-index.js';
import { type SortedGraph, sortGraph } from '../structure/sort-graph.js';
import type { TaskGraphDocument } from '../task-graph-document.js';
import type { TaskNode } from '../task-node.js';
import { certainWork } from './certain-work.js';
import type { CompileContext } from './compile-context.js';
import { deliveryFindings } from './delivery-findings.js';
import { formFindings } from './form-findings.js';
import { optionalFindings } from './optional-findings.js';
import { remainingWork } from './remaining-work.js';
import { DEFAULT_REMEDIATION_RESERVE } from './remediation-reserve.js';
import { type NeededResources, neededResources, resourceFindings } from './resource-findings.js';
import { ruleFindings } from './rule-findings.js';
import { type RunProgress, runProgress } from './run-progress.js';
import { shapeFindings } from './shape-findings.js';
import { sizeFindings } from './size-findings.js';
import { structureFindings } from './structure-findings.js';
import { taskFindings } from './task-findings.js';
import { wiringFindings } from './wiring-findings.js';
import { writingFindings } from './writing-findings.js';

/** All that is wrong with a plan, at full length. */
export interface TaskGraphJudgement {
  readonly findings: readonly GraphFinding[];
  /** No numbers where the plan isn't of its form; where its tasks have no order, only what is certain. */
  readonly needed: NeededResources;
  /** Whether its tasks have an order, without which some things can't be looked for. */
  readonly isOrdered: boolean;
}

/** Looks for everything that can be wrong with a plan, but for what has begun: that can't be changed any more. */
export function judgeTaskGraph(document: TaskGraphDocument, context: CompileContext): TaskGraphJudgement {
  const form = formFindings(document);
  if (form.length > 0) return { findings: form, needed: { tokens: Number.NaN, minutes: Number.NaN }, isOrdered: false };
  const { nodes } = document;
  const { remediationReserve = DEFAULT_REMEDIATION_RESERVE } = context;
  const progress = runProgress(context);
  const index = indexGraph(nodes);
  const sorted = sortGraph(index);
  const structure = structureFindings(nodes, index, sorted);
  const ofTasks = nodes.flatMap((node) => taskFindings(node, context));
  // Where nobody knows a rule, nobody can say what runs.
  const isOrdered = structure.length === 0 && !ofTasks.some(({ code }) => code === 'graph.unknown-trigger-rule');
  const runs = isOrdered ? worstRuns(nodes, context, index, sorted.order) : withoutOrder(certainWork(nodes, index, progress));
  const needed = neededResources(runs, remediationReserve);
  const resources = resourceFindings(document, runs, needed, context);
  const canChange = ({ taskIds }: GraphFinding) => taskIds.length === 0 || !taskIds.every(progress.hasBegun);
  const whole = isOrdered ? orderedFindings(document, context, { index, sorted, progress, resources }).filter(canChange) : resources;
  return { findings: [...sizeFindings(nodes, context), ...structure, ...ofTasks.filter(canChange), ...whole], needed, isOrdered };
}

/** What a plan needs whose tasks have an order. */
export function measureNeed(nodes: readonly TaskNode[], context: CompileContext): NeededResources {
  const index = indexGraph(nodes);
  return neededResources(worstRuns(nodes, context, index, sortGraph(index).order), context.remediationReserve ?? DEFAULT_REMEDIATION_RESERVE);
}

function worstRuns(nodes: readonly TaskNode[], context: CompileContext, index: GraphIndex, order: Int32Array): WorstRuns {
  if (context.stateOf === undefined) return findWorstRuns(nodes, index, order);
  return findWorstRuns(remainingWork(nodes, runProgress(context)), index, order, context.stateOf);
}

const withoutOrder = (total: number): Pick<WorstRuns, 'tokens' | 'minutes'> => ({
  tokens: { total, choices: [] },
  minutes: { total: 0, path: [], choices: [] },
});

/** What is known of a plan whose tasks have an order. */
interface Order {
  readonly index: GraphIndex;
  readonly sorted: SortedGraph;
  readonly progress: RunProgress;
  readonly resources: readonly GraphFinding[];
}

function orderedFindings(
  document: TaskGraphDocument,
  context: CompileContext,
  { index, sorted, progress, resources }: Order,
): readonly GraphFinding[] {
  const { nodes } = document;
  const { order } = sorted;
  const { rules = [] } = context;
  const analysis = analyseConditions(nodes, index, order, progress.hasBegun);
  const canBothRun = nodes.some(({ when, triggerRule }) => when !== undefined || triggerRule !== undefined)
    ? (first: string, second: string) => analysis.canBothRun(index.positions.get(first)!, index.positions.get(second)!)
    : undefined;
  const { stateOf } = progress;
  return [
    ...shapeFindings(nodes, sorted, context),
    ...optionalFindings(nodes),
    ...deliveryFindings(document, index),
    ...wiringFindings(nodes, index, order, { canFollow: (position, producer) => analysis.canFollow(position, producer), stateOf }),
    ...analysis.problems.map(({ kind, position, message, witness, suggestion }) =>
      finding(`graph.${kind}`, [nodes[position]!.id], message, witness, suggestion),
    ),
    ...writingFindings(nodes, index, order, { canBothRun, progress }),
    ...resources,
    ...ruleFindings(document, rules),
  ];
}
