import type { AttemptReport } from '../report/project-report.js';
import type { AgentTaskProgress, FileExcerpt } from './agent-task-types.js';
import { describeExcerpt } from './describe-excerpt.js';
import { plainMarkdown } from './plain-markdown.js';

/** What the Temporal UI shows of a task, as Markdown for people. */
export function describeTask(
  description: string,
  { phase, attempt, remediation, score, tokensSpent }: AgentTaskProgress,
  attempts: readonly AttemptReport[],
  excerpt?: FileExcerpt,
): string {
  const now = `${phaseWords[phase]}${phase === 'working' ? `, attempt ${attempt}${remediation > 0 ? ` after ${remediation} of a reviewer's verdicts` : ''}` : ''}`;
  const lines = [plainMarkdown(description, 500), `**${now}**; ${tokensSpent} tokens spent${score === null ? '' : `; score ${score.toFixed(2)}`}.`];
  const rows = attempts.map(
    ({ attempt: number, remediation: round, outcome, candidates, tokensSpent: tokens, problems }) =>
      `| ${number}${round > 0 ? ` (remediation ${round})` : ''} | ${outcome} | ${candidates} | ${tokens} | ${plainMarkdown(problems.at(-1) ?? '', 200)} |`,
  );
  if (rows.length > 0)
    lines.push(['| attempt | outcome | candidates | tokens | last problem |', '| --- | --- | ---: | ---: | --- |', ...rows].join('\n'));
  return [...lines, ...describeExcerpt(excerpt)].join('\n\n');
}

const phaseWords: { readonly [Phase in AgentTaskProgress['phase']]: string } = {
  working: 'An agent is at work',
  evaluating: 'The outcome is being reviewed',
  'waiting-for-tokens': 'Waiting for tokens',
  'waiting-for-person': 'Waiting for a person',
  ended: 'Ended',
};
