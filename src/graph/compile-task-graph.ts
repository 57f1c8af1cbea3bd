import { findPathProblem } from '../ports/project-path.js';
import { findShortestCycle } from './find-shortest-cycle.js';
import type { GraphFinding, GraphFindingCode } from './graph-finding.js';
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
 * Checks a plan against structure, paths, templates, personas and budget, and answers with all findings at once, each with its evidence.
 *
 * @public
 */
export function compileTaskGraph(document: TaskGraphDocument, context: CompileContext): CompiledTaskGraph {
  const findings = [...sizeFindings(document, context), ...structureFindings(document.nodes)];
  const structureHolds = findings.length === 0;
  for (const node of document.nodes) findings.push(...taskFindings(node, context));
  if (structureHolds) findings.push(...pathConflicts(new TaskGraph(document.nodes)));
  findings.push(...budgetFindings(document));
  if (findings.some(({ severity }) => severity === 'error')) return { ok: false, findings };
  return { ok: true, graph: new TaskGraph(document.nodes), findings };
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

/** Two tasks that may run side by side must not write the same path: the outcome would depend on which ends last. */
function pathConflicts(graph: TaskGraph): readonly GraphFinding[] {
  const writers = new Map<string, string[]>();
  for (const { id, writes } of graph.nodes) {
    for (const path of new Set(writes)) {
      const known = writers.get(path);
      if (known === undefined) writers.set(path, [id]);
      else known.push(id);
    }
  }
  const findings: GraphFinding[] = [];
  for (const [path, ids] of writers) {
    if (ids.length === 1) continue;
    const ordered = graph.topologicalSort().filter((id) => ids.includes(id));
    for (let index = 1; index < ordered.length; index += 1) {
      const [first, second] = [ordered[index - 1]!, ordered[index]!];
      if (graph.ancestors(second).includes(first)) continue;
      const message = `Tasks ${show(first)} and ${show(second)} may run at once and both write ${show(path)}.`;
      findings.push(finding('graph.path-conflict', [first, second], message, [path], 'Make one depend on the other, or write different paths.'));
    }
  }
  return findings;
}

function budgetFindings({ nodes, budgetTotal }: TaskGraphDocument): readonly GraphFinding[] {
  const sum = nodes.reduce((total, { estimatedTokens }) => total + estimatedTokens, 0);
  if (sum <= budgetTotal) return [];
  const message = `The tasks are estimated at ${sum} tokens; ${budgetTotal} are left.`;
  return [finding('graph.budget-infeasible', [], message, [String(sum), String(budgetTotal)], 'Raise the budget, or plan less work.')];
}

const show = (id: string) => JSON.stringify(id.length > 80 ? `${id.slice(0, 80)}…` : id);

const finding = (
  code: GraphFindingCode,
  taskIds: readonly string[],
  message: string,
  witness: readonly string[],
  suggestion: string,
): GraphFinding => ({ code, severity: 'error', taskIds, message, witness, suggestion });
