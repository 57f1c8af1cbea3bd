import type { ProjectProgress, TaskProgress } from './project-types.js';

/** Most tasks listed: the UI takes 20 kB of details. */
const LISTED_TASKS = 60;

/** What the Temporal UI shows of a project, as Markdown for people. */
export function describeProgress({ name, phase, budget, tasks, reviews, result }: ProjectProgress): string {
  const done = tasks.filter(({ state }) => state === 'succeeded').length;
  const lines = [
    `**${plain(name, 80)}** is ${result === null ? phaseWords[phase] : `${result.status}: ${plain(result.reason, 300)}`}.`,
    `${done} of ${tasks.length} tasks done; ${budget.spent} tokens spent, ${budget.held} held, ${budget.total} in all.`,
  ];
  if (reviews.length > 0) lines.push(`Waiting for a person: ${reviews.map((id) => `\`${id}\``).join(', ')}.`);
  if (tasks.length > 0) {
    const rows = tasks.slice(0, LISTED_TASKS).map(describeTask);
    if (tasks.length > LISTED_TASKS) rows.push(`| … and ${tasks.length - LISTED_TASKS} more | | | |`);
    lines.push(['| task | state | tokens | score |', '| --- | --- | ---: | ---: |', ...rows].join('\n'));
  }
  return lines.join('\n\n');
}

const describeTask = ({ id, state, tokensSpent, score }: TaskProgress) =>
  `| ${plain(id, 60)} | ${state} | ${tokensSpent} | ${score === null ? '' : score.toFixed(2)} |`;

const phaseWords: { readonly [Phase in ProjectProgress['phase']]: string } = {
  planning: 'being planned',
  executing: 'being carried out',
  reviewing: 'being reviewed',
  'waiting-for-person': 'waiting for a person',
  finalizing: 'being written up',
  ended: 'ended',
};

/** Ids and names come from models: nothing in them may read as Markdown. */
const plain = (text: string, longest: number) => {
  const line = text.replace(/[\u0000-\u001f\u007f`|*_<>[\]\\]/g, ' ');
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
};
