import type { Client } from '@temporalio/client';
import type { ModelCallRecord, ProjectReport } from 'kamachiq';
import type { ProjectResult } from 'kamachiq/workflow';
import { until } from '../support/until.js';

/**
 * What must be the same of a project wherever its worker was killed. Set aside, and nothing else, is:
 *
 * - the project's id, in which runs differ by themselves;
 * - times, and all that is made of them: every moment, the schedule, and the hashes of reports that tell them;
 * - attempts that were lost, and the numbers of the others;
 * - sums of what was spent, since they hold what lost attempts were charged: what was spent is compared call by call. Calls of lost deliveries stand beside those of
 * the delivery that took their place, so a call that is there twice counts once, and one whose end is not known not at all.
 *
 * What holds in every run is checked here: see `checkSpending`, and each workflow has run once.
 */
export async function comparable(client: Client, result: ProjectResult, report: ProjectReport): Promise<unknown> {
  checkSpending(report);
  const same = {
    result: { ...without(result, 'report', 'metrics'), tasks: result.metrics.tasks },
    workflows: await workflowsOf(client, report),
    report: {
      ...without(report, 'schedule'),
      budget: { total: report.budget.total },
      modelCalls: [...new Set(report.modelCalls.filter(({ finishReason }) => finishReason !== 'lost').map(textOfCall))].sort(),
      tasks: report.tasks.map((task) => ({
        ...without(task, 'tokensSpent'),
        attempts: task.attempts.filter(({ outcome }) => outcome !== 'lost').map((attempt) => without(attempt, 'attempt', 'tokensSpent')),
      })),
    },
  };
  const text = JSON.stringify(same, (key, value: unknown) => (TIMES.has(key) ? undefined : value));
  // What is free after a raise is less by what was charged for what was lost.
  return JSON.parse(text.replaceAll(result.projectId, 'PROJECT').replaceAll(/, \d+ of it free/g, ''));
}

const TIMES: ReadonlySet<string> = new Set(['startedAt', 'finishedAt', 'escalatedAt', 'at', 'takenAt']);

function textOfCall(call: ModelCallRecord): string {
  const [task, remediation, , ...rest] = call.key.split('/');
  const ofAttempt = remediation !== 'review' && task !== 'project';
  return JSON.stringify({ ...call, key: ofAttempt ? [task, remediation, ...rest].join('/') : call.key });
}

const without = <Part extends object>(part: Part, ...names: readonly (keyof Part & string)[]) =>
  Object.fromEntries(Object.entries(part).filter(([name]) => !(names as readonly string[]).includes(name)));

/** Nothing is settled twice, nothing is forgotten: all that was spent is that of one account, and is that of a call on record or of an attempt without any. */
function checkSpending({ budget, modelCalls, tasks }: ProjectReport): void {
  const accounts = budget.planning + sumOf(Object.values(budget.tasks)) + budget.review;
  if (accounts !== budget.spent) throw new Error(`Expected accounts that sum up to the ${budget.spent} tokens spent, got ${accounts}.`);
  const recorded = sumOf(modelCalls.map(({ inputTokens, outputTokens }) => inputTokens + outputTokens));
  const lost = tasks.flatMap(({ node, attempts }) =>
    attempts.filter(
      ({ outcome, remediation, attempt }) =>
        outcome === 'lost' && !modelCalls.some(({ key }) => key.startsWith(`${node.id}/${remediation}/${attempt}/`)),
    ),
  );
  const charged = sumOf(lost.map(({ tokensSpent }) => tokensSpent));
  if (budget.spent < recorded + charged)
    throw new Error(`Expected no more than the ${budget.spent} tokens spent on record, got ${recorded + charged}.`);
  const isDisturbed = tasks.some(({ attempts }) => attempts.some(({ outcome }) => outcome === 'lost')) || budget.spent > recorded + charged;
  const keys = modelCalls.filter(({ key }) => !key.includes('review')).map(({ key }) => key);
  if (new Set(keys).size !== keys.length) throw new Error(`Expected every call of an attempt once, got ${keys.join(', ')}.`);
  if (!isDisturbed && budget.spent !== recorded) throw new Error(`Expected ${recorded} tokens spent, got ${budget.spent}.`);
}

/** Every workflow of a project, with what became of it: one that is there twice was started twice, and a person asked twice. */
async function workflowsOf(client: Client, { projectId, tasks }: ProjectReport): Promise<readonly string[]> {
  const least = 1 + tasks.filter(({ startedAt }) => startedAt !== null).length;
  return until(async () => {
    const found: string[] = [];
    for await (const { workflowId, type, status } of client.workflow.list({ query: `WorkflowId STARTS_WITH "${projectId}"` })) {
      // How many runs a project went on in is of its history's length, which a kill changes.
      if (status.name !== 'CONTINUED_AS_NEW') found.push(`${workflowId} ${type} ${status.name}`);
    }
    // What is listed lags behind what is.
    return found.some((line) => line.includes('RUNNING')) || found.length < least ? null : found.sort();
  });
}

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
