import { displayName, displayText } from './display-text.js';
import { formatCount, formatDuration, formatScore } from './format-quantity.js';
import { bulletList, section, stateLabel, table } from './html-parts.js';
import { type Markup, markup } from './markup.js';
import type { AttemptReport, ProjectReport, TaskReport } from './project-report.js';
import { renderCriteria } from './quality-section.js';
import { candidatesOf, describeRepeatedWork, describeTaskStates, elapsedMilliseconds } from './report-figures.js';
import { appearanceOfOutcome, appearanceOfState } from './state-appearance.js';

/** All tasks as a table whose rows unfold: attempts, problems, feedback, verdict. @internal */
export function renderTasks(report: ProjectReport): Markup {
  if (report.tasks.length === 0) return section('tasks', 'Tasks', 'none', markup`<p class="empty">No task was planned.</p>`);
  const note = `${describeTaskStates(report.tasks)} · ${describeRepeatedWork(report.tasks)}`;
  const head = markup`<div class="task-head" aria-hidden="true"><span>Task</span><span>State</span><span>Attempts</span><span>Candidates</span><span>Tokens</span><span>Time</span><span>Score</span></div>`;
  return section('tasks', 'Tasks', note, [head, report.tasks.map((task, index) => renderTask(task, index, report))]);
}

function renderTask(task: TaskReport, index: number, report: ProjectReport): Markup {
  const { node } = task;
  const candidates = candidatesOf(task);
  const elapsed = elapsedMilliseconds(task);
  const numbers = [
    numberCell(formatCount(task.attempts.length), task.attempts.length === 1 ? 'attempt' : 'attempts'),
    numberCell(formatCount(candidates), candidates === 1 ? 'candidate' : 'candidates'),
    numberCell(formatCount(task.tokensSpent), task.tokensSpent === 1 ? 'token' : 'tokens'),
    numberCell(elapsed === null ? '–' : formatDuration(elapsed), 'time'),
    numberCell(task.verdict === null ? '–' : formatScore(task.verdict.score, task.verdict.threshold), 'score'),
  ];
  return markup`<details class="task" id="task-${index}"><summary><span><span class="task-id">${displayName(node.id)}</span><span class="task-about">${displayText(node.description, 160)}</span></span>${stateLabel(appearanceOfState(task.state))}
<span class="task-numbers">${numbers}</span></summary>
<div class="task-body"><p class="prose">${displayText(node.description)}</p>
<dl class="pairs"><dt>Work</dt><dd>${describeWork(task)}</dd><dt>Needs</dt><dd>${names(node.dependencies, 'nothing')}</dd><dt>Made</dt><dd>${names(task.files, 'no files')}</dd>${describeOutputs(task)}${describeEnd(task)}</dl>
${node.successCriteria.length === 0 ? null : markup`<h3>Success criteria</h3>${bulletList(node.successCriteria)}`}
${task.attempts.length === 0 ? null : markup`<h3>Attempts</h3>${attemptTable(task.attempts)}`}
${task.verdict === null ? null : markup`<h3>Last verdict</h3>${renderCriteria(task.verdict, report.rubricWeights)}${task.verdict.feedback.length === 0 ? null : bulletList(task.verdict.feedback)}`}
</div></details>
`;
}

/** The unit is seen where the columns have no heads, and heard everywhere. */
function numberCell(value: string, unit: string): Markup {
  return markup`<span class="number">${value}<span class="unit"> ${unit}</span></span>`;
}

function describeWork({ node, persona }: TaskReport): string {
  const template = node.template === undefined ? 'free-form answer of the model' : `template ${displayName(node.template)}`;
  return `${node.type}, ${displayName(persona)}, ${template}, ${formatCount(node.estimatedTokens)} tokens estimated`;
}

function describeOutputs({ outputs }: TaskReport): Markup | null {
  return outputs === undefined ? null : markup`<dt>Handed on</dt><dd><code>${displayText(JSON.stringify(outputs), 600)}</code></dd>`;
}

function describeEnd({ reason, unfinished }: TaskReport): Markup {
  const why = reason === undefined ? null : markup`<dt>Ended</dt><dd>${displayText(reason, 600)}</dd>`;
  const rest = unfinished === undefined ? null : markup`<dt>Unfinished</dt><dd>manifest <code>${displayText(unfinished.sha256, 64)}</code></dd>`;
  return markup`${why}${rest}`;
}

function names(ids: readonly string[], none: string): Markup | string {
  if (ids.length === 0) return none;
  const shown = ids.slice(0, 60).map((id, index) => markup`${index === 0 ? '' : ', '}<code>${displayName(id)}</code>`);
  return markup`${shown}${ids.length > 60 ? ` and ${formatCount(ids.length - 60)} more` : ''}`;
}

const attemptColumns = [
  { title: 'Attempt' },
  { title: 'Outcome' },
  { title: 'Time', number: true },
  { title: 'Candidates', number: true },
  { title: 'Tokens of hold', number: true },
  { title: 'Problems and feedback' },
];

function attemptTable(attempts: readonly AttemptReport[]): Markup {
  return table(
    attemptColumns,
    attempts.map((attempt) => {
      const feedback = attempt.feedback ?? [];
      const told = feedback.length === 0 ? null : markup`<div class="muted">Feedback it worked with</div>${bulletList(feedback)}`;
      const problems = attempt.problems.length === 0 ? null : markup`<div class="muted">Problems</div>${bulletList(attempt.problems)}`;
      const elapsed = elapsedMilliseconds(attempt);
      return [
        attempt.remediation > 0 ? `${attempt.attempt}, remediation ${attempt.remediation}` : `${attempt.attempt}`,
        stateLabel(appearanceOfOutcome(attempt.outcome)),
        elapsed === null ? '–' : formatDuration(elapsed),
        formatCount(attempt.candidates),
        markup`${formatCount(attempt.tokensSpent)} <span class="muted">of ${formatCount(attempt.tokensHeld)}</span>`,
        told === null && problems === null ? markup`<span class="muted">none</span>` : [told, problems],
      ];
    }),
  );
}
