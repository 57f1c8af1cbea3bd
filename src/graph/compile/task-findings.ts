import { findPathProblem } from '../../ports/project-path.js';
import { showId } from '../graph-error.js';
import { finding, type GraphFinding } from '../graph-finding.js';
import { type TaskNode, TaskType } from '../task-node.js';
import { TriggerRule } from '../trigger-rule.js';
import type { CompileContext } from './compile-context.js';

const KNOWN_TYPES: ReadonlySet<string> = new Set(Object.values(TaskType));
const KNOWN_RULES: ReadonlySet<string> = new Set(Object.values(TriggerRule));

/** What is wrong with a task by itself. */
export function taskFindings(node: TaskNode, { hasPersona, findTemplateProblems }: CompileContext): readonly GraphFinding[] {
  const findings: GraphFinding[] = [];
  const { id, type, triggerRule, estimatedTokens, estimatedMinutes = 0, persona, template = '', writes, reads = [] } = node;
  if (!KNOWN_TYPES.has(type)) {
    const suggestion = `Use one of ${[...KNOWN_TYPES].join(', ')}.`;
    findings.push(finding('graph.unknown-type', [id], `Task ${showId(id)} is of the type ${showId(type)}, which nobody knows.`, [type], suggestion));
  }
  if (triggerRule !== undefined && !KNOWN_RULES.has(triggerRule)) {
    const message = `Task ${showId(id)} has the trigger rule ${showId(triggerRule)}, which nobody knows.`;
    findings.push(finding('graph.unknown-trigger-rule', [id], message, [triggerRule], `Use one of ${[...KNOWN_RULES].join(', ')}.`));
  }
  if (!Number.isSafeInteger(estimatedTokens) || estimatedTokens < 0) {
    const message = `Task ${showId(id)} is estimated at ${estimatedTokens} tokens.`;
    findings.push(finding('graph.invalid-estimate', [id], message, [String(estimatedTokens)], 'Estimate a whole number of tokens, at least 0.'));
  }
  if (!Number.isFinite(estimatedMinutes) || estimatedMinutes < 0) {
    const message = `Task ${showId(id)} is estimated at ${estimatedMinutes} minutes.`;
    findings.push(
      finding('graph.invalid-estimate', [id], message, [String(estimatedMinutes)], 'Estimate minutes of at least 0, or say nothing of them.'),
    );
  }
  for (const [verb, paths] of [
    ['writes', writes],
    ['reads', reads],
  ] as const) {
    for (const path of paths) {
      const problem = findPathProblem(path);
      if (problem === null) continue;
      const message = `Task ${showId(id)} ${verb} ${showId(path)}: ${problem}.`;
      findings.push(finding('graph.unsafe-path', [id], message, [path], `Let it ${verb.slice(0, -1)} relative paths inside the project.`));
    }
  }
  if (persona !== undefined && hasPersona?.(persona) === false) {
    findings.push(finding('graph.unknown-persona', [id], `Nobody knows the persona ${showId(persona)}.`, [persona], 'Name a known persona or none.'));
  }
  const problems = findTemplateProblems === undefined ? [] : findTemplateProblems(node);
  if (problems === null) {
    const suggestion = 'Name a registered template or none.';
    findings.push(finding('graph.unknown-template', [id], `Nobody knows the template ${showId(template)}.`, [template], suggestion));
  } else if (problems.length > 0) {
    const message = `The inputs of task ${showId(id)} don't fit its template: ${problems.join('; ')}.`;
    findings.push(finding('graph.invalid-inputs', [id], message, problems, 'Correct the inputs.'));
  }
  return findings;
}
