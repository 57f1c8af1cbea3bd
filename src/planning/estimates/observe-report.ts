import type { ModelCallRecord, ProjectReport, TaskReport } from '../../report/project-report.js';
import type { TemplateLibrary } from '../template-library.js';
import { kindOfTask, promptCharacters } from './outline-task.js';
import { MOST_CANDIDATES, type TaskObservation } from './task-observation.js';

/**
 * What a finished project teaches: one observation for each task that was carried out to its end.
 *
 * Tasks that were cancelled, skipped or never began teach nothing, and neither do those of which no call of a model is known though their template
 * asks one: what they would have needed is not known.
 *
 * @param templates - As the worker had them that carried the project out.
 * @public
 */
export function observeReport(
  report: Pick<ProjectReport, 'projectId' | 'tasks' | 'modelCalls'>,
  templates: TemplateLibrary,
): readonly TaskObservation[] {
  const worked = callsByTask(report.modelCalls, WORK);
  const reviewed = callsByTask(report.modelCalls, REVIEW);
  return report.tasks.flatMap((task) => {
    const { id } = task.node;
    const observed = observeTask(task, worked.get(id) ?? [], reviewed.get(id) ?? [], templates);
    return observed === null ? [] : [{ projectId: report.projectId, ...observed }];
  });
}

/**
 * Keys of calls by agents, the task before its start (from the second on), remediation, attempt and number, and of those by its review. Reports of hosts
 * may have ids with slashes; ours have none.
 */
const WORK = /^(.*?)(?:\/start-\d+)?\/\d+\/\d+\/\d+$/s;
const REVIEW = /^(.*)\/review\/\d+$/s;

function callsByTask(calls: readonly ModelCallRecord[], keys: RegExp): ReadonlyMap<string, readonly ModelCallRecord[]> {
  const byTask = new Map<string, ModelCallRecord[]>();
  for (const call of calls) {
    const taskId = keys.exec(call.key)?.[1];
    // A call that was refused before it was worked on says nothing of the size of an answer.
    if (taskId === undefined || call.inputTokens + call.outputTokens === 0) continue;
    const own = byTask.get(taskId);
    if (own === undefined) byTask.set(taskId, [call]);
    else own.push(call);
  }
  return byTask;
}

function observeTask(
  task: TaskReport,
  calls: readonly ModelCallRecord[],
  reviews: readonly ModelCallRecord[],
  templates: TemplateLibrary,
): Omit<TaskObservation, 'projectId'> | null {
  const { node, state, startedAt, finishedAt, escalatedAt, attempts } = task;
  if (state !== 'succeeded' && state !== 'failed') return null;
  if (startedAt === null || finishedAt === null || attempts.length === 0) return null;
  const template = templates.find(node.template);
  if (template === null || (template.kind === 'sampled' && calls.length === 0)) return null;
  const milliseconds = Date.parse(escalatedAt ?? finishedAt) - Date.parse(startedAt);
  return {
    ...kindOfTask(node, templates, calls[0]?.model ?? 'none'),
    persona: task.persona,
    taskId: node.id,
    finishedAt,
    characters: promptCharacters(node, templates),
    heldTokens: attempts.reduce((most, { tokensHeld }) => Math.max(most, tokensHeld), 0),
    tokens: task.tokensSpent,
    microDollars: [...calls, ...reviews].reduce((sum, { microDollars = 0 }) => sum + microDollars, 0),
    candidateTokens: calls.slice(0, MOST_CANDIDATES).map(({ inputTokens, outputTokens }) => inputTokens + outputTokens),
    candidates: attempts.reduce((sum, { candidates }) => sum + candidates, 0),
    attempts: attempts.length,
    remediations: attempts.reduce((most, { remediation }) => Math.max(most, remediation), 0),
    workingMilliseconds: Number.isFinite(milliseconds) ? Math.max(0, Math.round(milliseconds)) : 0,
    succeeded: state === 'succeeded',
  };
}
