import { showId } from '../graph-error.js';
import { finding, type GraphFinding } from '../graph-finding.js';
import type { GraphNode, TaskNode } from '../task-node.js';
import type { TaskState } from '../task-state.js';
import type { NodePatch } from './graph-patch.js';
import { isOpen } from './task-transitions.js';

/** A plan after a patch, or what keeps the patch from being applied. @public */
export interface PatchedGraph<Node extends GraphNode = TaskNode> {
  /** Without what the findings are about. */
  readonly nodes: readonly Node[];
  readonly findings: readonly GraphFinding[];
}

/**
 * Applies a patch to the tasks of a plan. What comes out is for `compileTaskGraph` to check, unless `compileGraphPatch` does both: here is only
 * refused what can't be applied. Tasks that have begun wait for nothing more: what is dropped is left out of their dependencies.
 *
 * @param stateOf - The state of a task in the run of the plan; only `pending` and `ready` ones may change.
 * @param suggest - Says what to do instead of changing a task that has begun; `compileGraphPatch` has more to say of it.
 *
 * @public
 */
export function applyGraphPatch<Node extends GraphNode = TaskNode>(
  nodes: readonly Node[],
  { add = [], replace = [], drop = [] }: NodePatch<Node>,
  stateOf: (id: string) => TaskState,
  suggest: (id: string, state: TaskState) => string = () => 'Ask again: the plan has moved on.',
): PatchedGraph<Node> {
  const known = new Set(nodes.map(({ id }) => id));
  const changes = new Map<string, Node | null>();
  const findings: GraphFinding[] = [];
  const refuse = (code: 'graph.unknown-task' | 'graph.settled-task' | 'graph.duplicate-id', id: string, message: string, suggestion: string) =>
    findings.push(finding(code, [id], message, [id], suggestion));
  const change = (id: string, node: Node | null) => {
    const state = known.has(id) ? stateOf(id) : null;
    if (state === null) refuse('graph.unknown-task', id, `The plan has no task ${showId(id)} to change.`, 'Name a task of the plan, or add it.');
    else if (!isOpen(state)) {
      const message = `Task ${showId(id)} is ${state}: what is at work or settled can't change.`;
      refuse('graph.settled-task', id, message, suggest(id, state));
    } else if (changes.has(id)) refuse('graph.duplicate-id', id, `The patch changes task ${showId(id)} twice.`, 'Change each task once.');
    else changes.set(id, node);
  };
  for (const node of replace) change(node.id, node);
  for (const id of drop) change(id, null);
  const added = add.filter(({ id }) => {
    if (!known.has(id)) return true;
    refuse('graph.duplicate-id', id, `The plan has a task ${showId(id)} already.`, 'Give a new task an id of its own, or replace the old one.');
    return false;
  });
  const isDropped = (id: string) => changes.get(id) === null;
  const kept = nodes.flatMap((node) => {
    const changed = changes.get(node.id);
    if (changed !== undefined) return changed === null ? [] : [changed];
    if (!node.dependencies.some(isDropped) || isOpen(stateOf(node.id))) return [node];
    return [{ ...node, dependencies: node.dependencies.filter((dependency) => !isDropped(dependency)) }];
  });
  return { nodes: [...kept, ...added], findings };
}
