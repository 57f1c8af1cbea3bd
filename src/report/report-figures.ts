import type { TaskState } from '../graph/task-state.js';
import { describeRevised } from './describe-revision.js';
import { displayName, displayText } from './display-text.js';
import { formatCount, formatNumbered, parseInstant } from './format-quantity.js';
import type { FileOrigin, ModelCallRecord, ProjectReport, TaskReport } from './project-report.js';
import { appearanceOfState } from './state-appearance.js';

/** Milliseconds from a start to an end; null where either is unknown. @internal */
export function elapsedMilliseconds(span: { readonly startedAt?: string | null; readonly finishedAt?: string | null }): number | null {
  const start = parseInstant(span.startedAt);
  const end = parseInstant(span.finishedAt);
  return start === null || end === null ? null : Math.max(0, end - start);
}

/** Candidates that all attempts at a task drew. @internal */
export const candidatesOf = (task: TaskReport): number => task.attempts.reduce((sum, attempt) => sum + attempt.candidates, 0);

/** Remediations that a task went through. */
const remediationsOf = (task: TaskReport): number => task.attempts.reduce((most, attempt) => Math.max(most, attempt.remediation), 0);

/** Attempts after one that failed or was lost, not those that a reviewer asked for. */
const retriesOf = (task: TaskReport): number => Math.max(0, task.attempts.length - 1 - remediationsOf(task));

/** How tasks ended, most frequent first, in words. Example: `6 succeeded, 1 failed`. @internal */
export const describeTaskStates = (tasks: readonly TaskReport[]): string => describeStates(tasks.map(({ state }) => state));

/** As {@link describeTaskStates}. @internal */
export function describeStates(states: readonly TaskState[]): string {
  const counts = new Map<string, number>();
  for (const state of states) {
    const { label } = appearanceOfState(state);
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([label, count]) => `${formatCount(count)} ${label}`)
    .join(', ');
}

/** What tasks went through besides a first attempt, in words. Example: `1 retried, 1 remediated`. @internal */
export function describeRepeatedWork(tasks: readonly TaskReport[]): string {
  const retried = tasks.filter((task) => retriesOf(task) > 0).length;
  const remediated = tasks.filter((task) => remediationsOf(task) > 0).length;
  const parts = [];
  if (retried > 0) parts.push(`${formatCount(retried)} retried`);
  if (remediated > 0) parts.push(`${formatCount(remediated)} remediated`);
  return parts.length === 0 ? 'all at the first attempt' : parts.join(', ');
}

/** Who made the plan and the files, a line each: what a model decided and wrote, and what a template wired and rendered. @internal */
export function describeMakers({ plan, tasks, files }: ProjectReport): readonly string[] {
  const dependencies = tasks.reduce((sum, { node }) => sum + node.dependencies.length, 0);
  const lines = [
    `Plan of ${formatNumbered(tasks.length, 'task')} and ${formatNumbered(dependencies, 'dependency', 'dependencies')}: ${displayText(plan.madeBy, 120)}${describeRevised(plan)}`,
  ];
  const paths = (kind: FileOrigin['kind']) => files.filter((file) => file.madeBy.kind === kind).map((file) => displayName(file.path));
  const listed = (names: readonly string[]) => (names.length === 0 ? '' : `: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`);
  const written = paths('model');
  const rendered = paths('template');
  lines.push(`Written by a model: ${formatNumbered(written.length, 'file')}${listed(written)}`);
  lines.push(`Rendered by templates: ${formatNumbered(rendered.length, 'file')}${listed(rendered)}`);
  return lines;
}

/** Where the tokens went; `other` is what was spent but not put down to anything. @internal */
export interface BudgetShares {
  readonly planning: number;
  readonly tasks: number;
  readonly review: number;
  readonly other: number;
  readonly unused: number;
  /** The larger of budget and spend. */
  readonly whole: number;
}

/** @internal */
export function budgetShares({ budget }: Pick<ProjectReport, 'budget'>): BudgetShares {
  const planning = atLeastZero(budget.planning);
  const tasks = Object.values(budget.tasks).reduce((sum, tokens) => sum + atLeastZero(tokens), 0);
  const review = atLeastZero(budget.review);
  const spent = Math.max(atLeastZero(budget.spent), planning + tasks + review);
  const whole = Math.max(atLeastZero(budget.total), spent);
  return { planning, tasks, review, other: spent - planning - tasks - review, unused: whole - spent, whole };
}

/** Where the money went, in millionths of a dollar. @internal */
export interface MoneyShares {
  readonly tasks: number;
  /** Planning and review together. */
  readonly other: number;
  /** Null where nothing limited it. */
  readonly unused: number | null;
  /** The larger of limit and spend. */
  readonly whole: number;
}

/** Null where no money was limited and nothing cost any. @internal */
export function moneyShares({ budget: { money }, tasks }: Pick<ProjectReport, 'budget' | 'tasks'>): MoneyShares | null {
  if (money === undefined) return null;
  const paid = tasks.reduce((sum, { microDollarsSpent = 0 }) => sum + atLeastZero(microDollarsSpent), 0);
  const spent = Math.max(atLeastZero(money.spent), paid);
  const whole = Math.max(atLeastZero(money.total ?? 0), spent);
  return { tasks: paid, other: spent - paid, unused: money.total === null ? null : whole - spent, whole };
}

const atLeastZero = (value: number) => (Number.isFinite(value) && value > 0 ? value : 0);

/** The calls of one model, added up. @internal */
export interface ModelCallSummary {
  readonly model: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Calls whose tokens a tokenizer counted because the provider said nothing. */
  readonly counted: number;
  readonly lowestTemperature: number;
  readonly highestTemperature: number;
  /** Reasons with their counts, in words. */
  readonly finishReasons: string;
}

/** Adds up calls by model, in order of first use. @internal */
export function summarizeModelCalls(calls: readonly ModelCallRecord[]): readonly ModelCallSummary[] {
  const byModel = new Map<string, ModelCallRecord[]>();
  for (const call of calls) {
    const group = byModel.get(call.model);
    if (group === undefined) byModel.set(call.model, [call]);
    else group.push(call);
  }
  return [...byModel].map(([model, group]) => {
    const reasons = new Map<string, number>();
    for (const { finishReason } of group) reasons.set(finishReason, (reasons.get(finishReason) ?? 0) + 1);
    return {
      model,
      calls: group.length,
      inputTokens: group.reduce((sum, call) => sum + call.inputTokens, 0),
      outputTokens: group.reduce((sum, call) => sum + call.outputTokens, 0),
      counted: group.filter((call) => !call.reported).length,
      lowestTemperature: group.reduce((least, call) => Math.min(least, call.temperature), Number.POSITIVE_INFINITY),
      highestTemperature: group.reduce((most, call) => Math.max(most, call.temperature), Number.NEGATIVE_INFINITY),
      finishReasons: [...reasons].map(([reason, count]) => `${displayText(reason, 40)} ${formatCount(count)}`).join(', '),
    };
  });
}
