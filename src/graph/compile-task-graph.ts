import { findPathProblem } from '../ports/project-path.js';
import { findPathConflicts, type PathConflict } from './find-path-conflicts.js';
import { findShortestCycle } from './find-shortest-cycle.js';
import type { GraphFinding, GraphFindingCode } from './graph-finding.js';
import { limitFindings } from './limit-findings.js';
import { PLAN_WEIGHT_LIMIT, weighPlan } from './plan-weight.js';
import { TaskGraph } from './task-graph.js';
import type { TaskGraphDocument } from './task-graph-document.js';
import type { TaskNode } from './task-node.js';

/** What a plan may refer to. @public */
export interface CompileContext {
  /** Says what is wrong with a task's inputs to its template, or null for a template that nobody knows. */
  readonly findTemplateProblems: (task: TaskNode) => readonly string[] | null;
  readonly hasPersona: (name: string) => boolean;
  /** @defaultValue 2,000 */
  readonly maximumTasks?: number;
}

/** A plan that can run, or everything that is wrong with it. @public */
export type CompiledTaskGraph =
  | { readonly ok: true; readonly graph: TaskGraph; readonly findings: readonly GraphFinding[] }
  | { readonly ok: false; readonly findings: readonly GraphFinding[] };

/**
 * Checks a plan against size, structure, paths, templates, personas and budget, and answers with all findings at once, each with its evidence.
 *
 * Findings take 100,000 bytes together; where there are more, the last one, `graph.too-many-problems`, counts them.
 *
 * @public
 */
export function compileTaskGraph(document: TaskGraphDocument, context: CompileContext): CompiledTaskGraph {
  const findings = [...sizeFindings(document, context), ...structureFindings(document.nodes)];
  const structureHolds = findings.length === 0;
  for (const node of document.nodes) findings.push(...taskFindings(node, context));
  if (structureHolds) findings.push(...pathFindings(document.nodes));
  findings.push(...budgetFindings(document), ...weightFindings(document));
  const limited = limitFindings(findings);
  if (findings.some(({ severity }) => severity === 'error')) return { ok: false, findings: limited };
  return { ok: true, graph: new TaskGraph(document.nodes), findings: limited };
}

function sizeFindings({ nodes }: TaskGraphDocument, { maximumTasks = 2_000 }: CompileContext): readonly GraphFinding[] {
  if (nodes.length === 0) return [finding('graph.empty', [], 'The plan has no tasks.', [], 'Plan at least one task.')];
  if (nodes.length <= maximumTasks) return [];
  const message = `The plan has ${nodes.length} tasks; at most ${maximumTasks} are allowed.`;
  return [finding('graph.too-large', [], message, [], `Plan at most ${maximumTasks} tasks, or split the project.`)];
}

function structureFindings(nodes: readonly TaskNode[]): readonly GraphFinding[] {
  const findings: GraphFinding[] = [];
  const dependencies = new Map<string, readonly string[]>();
  for (const { id, dependencies: needed } of nodes) {
    if (dependencies.has(id)) {
      findings.push(finding('graph.duplicate-id', [id], `Two tasks have the id ${show(id)}.`, [id, id], 'Give every task an id of its own.'));
    } else dependencies.set(id, needed);
  }
  for (const { id, dependencies: needed } of nodes) {
    for (const dependency of new Set(needed)) {
      if (dependency === id) {
        findings.push(finding('graph.self-dependency', [id], `Task ${show(id)} depends on itself.`, [id, id], 'Remove the dependency.'));
      } else if (!dependencies.has(dependency)) {
        const message = `Task ${show(id)} depends on ${show(dependency)}, which is no task.`;
        findings.push(finding('graph.unknown-dependency', [id], message, [id, dependency], 'Name a task of the plan, or add the missing one.'));
      }
    }
  }
  const withoutSelf = new Map([...dependencies].map(([id, needed]) => [id, needed.filter((dependency) => dependency !== id)]));
  const cycle = findShortestCycle(withoutSelf);
  if (cycle !== null) {
    const message = `The tasks ${cycle.map(show).join(' → ')} wait for each other.`;
    findings.push(finding('graph.cycle', cycle.slice(0, -1), message, cycle, 'Remove one of these dependencies.'));
  }
  return findings;
}

function taskFindings(node: TaskNode, context: CompileContext): readonly GraphFinding[] {
  const findings: GraphFinding[] = [];
  const { id, estimatedTokens, persona, template, writes } = node;
  if (!Number.isSafeInteger(estimatedTokens) || estimatedTokens < 0) {
    const message = `Task ${show(id)} is estimated at ${estimatedTokens} tokens.`;
    findings.push(finding('graph.invalid-estimate', [id], message, [String(estimatedTokens)], 'Estimate a whole number of tokens, at least 0.'));
  }
  for (const path of writes) {
    const problem = findPathProblem(path);
    if (problem === null) continue;
    const message = `Task ${show(id)} writes ${show(path)}: ${problem}.`;
    findings.push(finding('graph.unsafe-path', [id], message, [path.slice(0, 200)], 'Write relative paths inside the project.'));
  }
  if (persona !== undefined && !context.hasPersona(persona)) {
    findings.push(finding('graph.unknown-persona', [id], `Nobody knows the persona ${show(persona)}.`, [persona], 'Name a known persona or none.'));
  }
  const problems = context.findTemplateProblems(node);
  if (problems === null) {
    const name = template ?? '';
    findings.push(finding('graph.unknown-template', [id], `Nobody knows the template ${show(name)}.`, [name], 'Name a registered template or none.'));
  } else if (problems.length > 0) {
    const message = `The inputs of task ${show(id)} don't fit its template: ${problems.join('; ')}.`;
    findings.push(finding('graph.invalid-inputs', [id], message, problems, 'Correct the inputs.'));
  }
  return findings;
}

function pathFindings(nodes: readonly TaskNode[]): readonly GraphFinding[] {
  return findPathConflicts(nodes).map((conflict) => {
    const { first, second } = conflict;
    const taskIds = [...new Set([first.taskId, second.taskId])];
    const witness = [...new Set([first.path, second.path])];
    return finding('graph.path-conflict', taskIds, describePathConflict(conflict), witness, PATH_SUGGESTIONS[conflict.kind]);
  });
}

const PATH_SUGGESTIONS: Readonly<Record<PathConflict['kind'], string>> = {
  unordered: 'Make one depend on the other, or write different paths.',
  'same-name': 'Spell what is meant to be one name in one way, and let others differ in more.',
  'file-and-folder': 'Give the file or the folder another name.',
};

function describePathConflict({ kind, first, second }: PathConflict): string {
  const tasks = first.taskId === second.taskId ? `Task ${show(first.taskId)}` : `Tasks ${show(first.taskId)} and ${show(second.taskId)}`;
  const paths = `${show(first.path)} and ${show(second.path)}`;
  switch (kind) {
    case 'unordered':
      return `${tasks} may run at once and both write ${show(first.path)}.`;
    case 'same-name':
      return `${tasks} write ${paths}: names that differ only in case or Unicode form are one name on some systems.`;
    case 'file-and-folder':
      return `${tasks} write ${paths}: nothing is a file and a folder at once.`;
  }
}

function budgetFindings({ nodes, budgetTotal }: TaskGraphDocument): readonly GraphFinding[] {
  const sum = nodes.reduce((total, { estimatedTokens }) => total + estimatedTokens, 0);
  if (sum <= budgetTotal) return [];
  const message = `The tasks are estimated at ${sum} tokens; ${budgetTotal} are left.`;
  return [finding('graph.budget-infeasible', [], message, [String(sum), String(budgetTotal)], 'Raise the budget, or plan less work.')];
}

/** What can't be carried from the planner to the workflow and on to the report must not start. */
function weightFindings({ nodes }: TaskGraphDocument): readonly GraphFinding[] {
  const weight = weighPlan(nodes);
  if (weight <= PLAN_WEIGHT_LIMIT) return [];
  const message = `The plan takes ${weight} bytes with the records of its ${nodes.length} tasks; at most ${PLAN_WEIGHT_LIMIT} can be carried.`;
  const suggestion = 'Split the project, or shorten descriptions, inputs and examples.';
  return [finding('graph.too-heavy', [], message, [String(weight), String(PLAN_WEIGHT_LIMIT)], suggestion)];
}

const show = (id: string) => JSON.stringify(id.length > 80 ? `${id.slice(0, 80)}…` : id);

const finding = (
  code: GraphFindingCode,
  taskIds: readonly string[],
  message: string,
  witness: readonly string[],
  suggestion: string,
): GraphFinding => ({ code, severity: 'error', taskIds, message, witness, suggestion });
