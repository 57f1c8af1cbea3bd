import { plainMarkdown } from './plain-markdown.js';
import type { ProjectProgress, TaskProgress } from './project-types.js';

/** How many tasks there are, and how many of them succeeded. */
export interface TaskCounts {
  readonly total: number;
  readonly succeeded: number;
}

/** Most tasks listed: the UI takes 20 kB of details. */
export const LISTED_TASKS = 60;

/**
 * What the Temporal UI shows of a project, as Markdown for people.
 *
 * @param progress - With the tasks that are listed: what is told of the others is only how many they are, for this is told after every event.
 * @param all - How many tasks there are, and how many succeeded.
 */
export function describeProgress({ name, phase, budget, tasks, reviews, result, control }: ProjectProgress, all: TaskCounts): string {
  const lines = [
    `**${plainMarkdown(name, 80)}** is ${result === null ? phaseWords[phase] : `${result.status}: ${plainMarkdown(result.reason, 300).replace(/\.$/, '')}`}.`,
    `${all.succeeded} of ${all.total} tasks done; ${budget.spent} tokens spent, ${budget.held} held, ${budget.total} in all.`,
  ];
  if (result === null && control?.pausedAt != null) lines.push('**Paused**: nothing begins until it is resumed.');
  if (control?.waitsForBudgetSince != null) lines.push('**The budget is short**: it waits for a person to raise it.');
  if (reviews.length > 0) lines.push(`Waiting for a person: ${reviews.map((id) => `\`${id}\``).join(', ')}.`);
  if (tasks.length > 0) {
    const rows = tasks.map(describeTask);
    if (all.total > tasks.length) rows.push(`| … and ${all.total - tasks.length} more | | | |`);
    lines.push(['| task | state | tokens | score |', '| --- | --- | ---: | ---: |', ...rows].join('\n'));
  }
  return lines.join('\n\n');
}

const describeTask = ({ id, state, tokensSpent, score }: TaskProgress) =>
  `| ${plainMarkdown(id, 60)} | ${state} | ${tokensSpent} | ${score === null ? '' : score.toFixed(2)} |`;

const phaseWords: { readonly [Phase in ProjectProgress['phase']]: string } = {
  planning: 'being planned',
  executing: 'being carried out',
  reviewing: 'being reviewed',
  'waiting-for-person': 'waiting for a person',
  finalizing: 'being written up',
  ended: 'ended',
};
