import type { InputFinding } from '../errors/input-finding.js';
import { TaskGraph } from '../graph/task-graph.js';
import { reportIssues, reportProblems } from './describe-issue.js';
import { findReferenceProblems } from './find-reference-problems.js';
import { taskGraphForm } from './input-forms.js';
import { type Judge, judgePlainValue, judgeText } from './judge-document.js';
import { asMapping } from './lenient-access.js';
import { taskGraphSnapshotShape } from './task-graph-snapshot-schema.js';

/** A task graph, or everything that is wrong with its snapshot. @public */
export type TaskGraphResult = { readonly ok: true; readonly graph: TaskGraph } | { readonly ok: false; readonly findings: readonly InputFinding[] };

/**
 * Reads the snapshot of a task graph. Its tasks are judged as those of a spec; what keeps a graph from being carried out, such as a cycle or two
 * tasks that write one path, is for `compileTaskGraph` to find.
 *
 * @param snapshot - Anything. A text is read as YAML or JSON, keys in snake_case or camelCase, and findings name its lines.
 * @returns The graph with defaults filled in, or findings with codes `spec.*`. Never throws.
 * @public
 */
export function parseTaskGraph(snapshot: unknown): TaskGraphResult {
  const judged = typeof snapshot === 'string' ? judgeText(snapshot, taskGraphForm, judgeSnapshot) : judgePlainValue(snapshot, judgeSnapshot);
  return judged.ok ? { ok: true, graph: judged.value } : judged;
}

const judgeSnapshot: Judge<TaskGraph> = (data, context, findings) => {
  const parsed = taskGraphSnapshotShape.safeParse(data);
  if (!parsed.success) reportIssues(parsed.error.issues, context);
  const problems = findReferenceProblems(asMapping(data).nodes);
  reportProblems(
    problems.map((problem) => ({ ...problem, path: ['nodes', ...problem.path] })),
    context,
  );
  return parsed.success && findings.isEmpty ? new TaskGraph(parsed.data.nodes) : null;
};
