import { isObservedOnly } from '../quality/is-observed-only.js';
import { describeContext } from './describe-context.js';
import { CONTROL_CHARACTERS, describeControl } from './describe-control.js';
import { describeMoney } from './describe-money.js';
import { describeDescent, describeRevised, describeRevision, REVISION_CHARACTERS } from './describe-revision.js';
import { describeSchedule } from './describe-schedule.js';
import { countPicture } from './drawing-limit.js';
import { escapeMarkdown, markdownCode, markdownName, markdownTable } from './escape-markdown.js';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatInstant,
  formatMoney,
  formatNumbered,
  formatPercentage,
  formatScore,
} from './format-quantity.js';
import { pictureOfReport } from './graph-picture.js';
import { MOTTO } from './motto.js';
import { listPictureEdges } from './picture-edges.js';
import { type ProjectReport, ProjectStatus, type TaskReport } from './project-report.js';
import {
  budgetShares,
  candidatesOf,
  describeMakers,
  describeRepeatedWork,
  describeTaskStates,
  elapsedMilliseconds,
  moneyShares,
  summarizeModelCalls,
} from './report-figures.js';
import { appearanceOfCheck, appearanceOfOutcome, appearanceOfState, appearanceOfStatus } from './state-appearance.js';
import { findMermaidGraph } from './task-graph-mermaid.js';

const MOST_LINES = 40;
const MOST_ROWS = 1000;

/**
 * Makes a Markdown document of a report, in GitHub's dialect with a Mermaid graph. The same report always makes the same document.
 *
 * Everything in the report is taken for hostile: escaped, control characters made visible, long texts and lists cut, which is said.
 *
 * @public
 */
export function renderReportMarkdown(report: ProjectReport): string {
  const { contexts = [] } = report;
  const parts = [
    `> ${MOTTO}`,
    `# ${escapeMarkdown(report.name) || '(empty)'}`,
    headline(report),
    ...part('Task graph', taskGraph(report)),
    ...part('Tasks', taskTable(report)),
    ...part('What went wrong and what was said', history(report)),
    ...part('Quality', quality(report)),
    ...part('Acceptance checks', checkTable(report)),
    ...part('Files', fileTable(report)),
    ...part('Budget', budgetTable(report)),
    ...(report.control === undefined ? [] : part('Degradations and orders', bullets(describeControl(report.control), '', CONTROL_CHARACTERS))),
    ...part('Goals and plan', plan(report)),
    ...part('Model calls', callTable(report)),
    ...(contexts.length === 0 ? [] : part('Context of attempts', bullets(contexts.map(describeContext)))),
    ...part('Environment', environment(report)),
  ];
  return `${parts.join('\n\n')}\n`;
}

const part = (title: string, content: string) => [`## ${title}`, content];

function bullets(lines: readonly string[], indent = '', characters?: number): string {
  const shown = lines.slice(0, MOST_LINES).map((line) => `${indent}- ${escapeMarkdown(line, characters) || '(empty)'}`);
  if (lines.length > MOST_LINES) shown.push(`${indent}- ${formatCount(lines.length - MOST_LINES)} more, in report.json`);
  return shown.join('\n');
}

function rowsUpTo<Row>(rows: readonly Row[], draw: (rows: readonly Row[]) => string): string {
  const left = rows.length - MOST_ROWS;
  return `${draw(rows.slice(0, MOST_ROWS))}${left > 0 ? `\n\n${formatCount(left)} more are in report.json.` : ''}`;
}

function headline(report: ProjectReport): string {
  const { label, sign } = appearanceOfStatus(report.status);
  const { budget, schedule, tasks } = report;
  const checks = report.checks.filter((check) => !isObservedOnly(check));
  const passed = checks.filter((check) => check.passed).length;
  const repeated = tasks.length === 0 ? 'none planned' : `${describeTaskStates(tasks)}; ${describeRepeatedWork(tasks)}`;
  const rows = [
    ['Status', `**${sign} ${label}**`],
    ['Quality score', `**${formatScore(report.qualityScore, report.qualityThreshold)}**, more than ${formatScore(report.qualityThreshold)} needed`],
    ['Tokens spent', `**${formatCount(budget.spent)}** of ${formatCount(budget.total)} (${formatPercentage(budget.spent, budget.total)})`],
    ...(budget.money === undefined ? [] : [['Money spent', describeMoney(budget.money)]]),
    ['Elapsed', `**${formatDuration(elapsedMilliseconds(report))}**, ${formatInstant(report.startedAt)} to ${formatInstant(report.finishedAt)}`],
    ['Schedule', describeSchedule(schedule)],
    ['Critical path', schedule.criticalPath.slice(0, MOST_LINES).map(markdownName).join(' → ') || 'none'],
    ['Tasks', repeated],
    ['Acceptance checks', `${formatCount(passed)} of ${formatCount(checks.length)} passed`],
    ['Project', `${markdownName(report.projectId)}, seed ${report.seed}`],
  ];
  return `${escapeMarkdown(report.reason)}\n\n${markdownTable(['', ''], rows)}`;
}

function taskGraph(report: ProjectReport): string {
  const picture = pictureOfReport(report);
  if (picture.tasks.length === 0) return 'There are no tasks to draw.';
  const graph = findMermaidGraph(picture);
  if (graph === null) return `${countPicture(picture.tasks.length, listPictureEdges(picture).length)}: too many to draw.`;
  return `\`\`\`mermaid\n${graph}\`\`\``;
}

function taskTable({ tasks }: ProjectReport): string {
  if (tasks.length === 0) return 'No task was planned.';
  const head = ['Task', 'State', 'Type', 'Attempts #', 'Candidates #', 'Tokens #', 'Time #', 'Score #'];
  return rowsUpTo(tasks, (shown) =>
    markdownTable(
      head,
      shown.map((task) => [
        markdownName(task.node.id),
        stateOf(task),
        escapeMarkdown(task.node.type),
        formatCount(task.attempts.length),
        formatCount(candidatesOf(task)),
        formatCount(task.tokensSpent),
        task.finishedAt === null ? '–' : formatDuration(elapsedMilliseconds(task)),
        task.verdict === null ? '–' : formatScore(task.verdict.score, task.verdict.threshold),
      ]),
    ),
  );
}

function stateOf(task: TaskReport): string {
  const { label, sign } = appearanceOfState(task.state);
  return `${sign} ${label}`;
}

function history({ tasks, plan, status, reason: outcome }: ProjectReport): string {
  const lines: string[] = [];
  // Findings of a plan that was mended stand in the plan's own part.
  const refused = plan.findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  if (tasks.length === 0 && refused.length > 0) lines.push('- planning', bullets(refused, '  '));
  for (const { node, attempts, verdict, outputs, reason } of tasks) {
    const told = attempts.flatMap((attempt) => {
      const { label } = appearanceOfOutcome(attempt.outcome);
      const which = `${attempt.remediation > 0 ? `remediation ${attempt.remediation}, ` : ''}attempt ${attempt.attempt}: ${label}`;
      const feedback = attempt.feedback ?? [];
      const { made, meteredBy } = attempt;
      if (attempt.problems.length === 0 && feedback.length === 0 && meteredBy === undefined) return [];
      const parts = [`  - ${which}`];
      if (meteredBy !== undefined) parts.push(`    - its calls were counted by itself, ${markdownName(meteredBy)}: nothing kept it within its hold`);
      if (made !== undefined) parts.push(`    - what it made is kept as ${markdownCode(made.sha256.slice(0, 12))}`);
      if (feedback.length > 0) parts.push('    - feedback it worked with', bullets(feedback, '      '));
      if (attempt.problems.length > 0) parts.push('    - problems', bullets(attempt.problems, '      '));
      return parts;
    });
    if (verdict !== null && verdict.feedback.length > 0) told.push('  - last verdict', bullets(verdict.feedback, '    '));
    if (outputs !== undefined) told.push(`  - handed on: ${markdownCode(JSON.stringify(outputs))}`);
    if (reason !== undefined) told.push(`  - ended: ${escapeMarkdown(reason)}`);
    if (told.length > 0) lines.push(`- ${markdownName(node.id)}`, ...told);
  }
  if (lines.length > 0) return lines.join('\n');
  return status === ProjectStatus.APPROVED ? 'Nothing: every attempt passed, and no reviewer had anything to say.' : escapeMarkdown(outcome);
}

function quality({ verdict, rubricWeights }: ProjectReport): string {
  if (verdict === null) return 'The project never came to a verdict.';
  const rows = verdict.criteria.map(({ criterion, score, measuredBy, evidence }) => {
    const lines = evidence.slice(0, 12).map((line) => escapeMarkdown(line));
    if (evidence.length > 12) lines.push(`${formatCount(evidence.length - 12)} more lines, in report.json`);
    const weight = rubricWeights?.[criterion];
    return [
      escapeMarkdown(criterion),
      weight === undefined ? '–' : formatScore(weight),
      formatScore(score),
      markdownName(measuredBy),
      lines.join('<br>'),
    ];
  });
  const decision = `${verdict.decision === 'approve' ? 'Approved' : 'Not approved'} by the gate: ${formatScore(verdict.score, verdict.threshold)}, more than ${formatScore(verdict.threshold)} needed.`;
  const table = rows.length === 0 ? 'No criterion was scored.' : markdownTable(['Criterion', 'Weight #', 'Score #', 'Measured by', 'Evidence'], rows);
  const feedback = verdict.feedback.length === 0 ? '' : `\n\nFeedback:\n\n${bullets(verdict.feedback)}`;
  return `${decision}\n\n${table}${feedback}`;
}

function checkTable({ checks }: ProjectReport): string {
  if (checks.length === 0) return 'No acceptance check was executed.';
  return rowsUpTo(checks, (shown) =>
    markdownTable(
      ['Outcome', 'Check', 'Seen'],
      shown.map((check) => {
        const { label, sign } = appearanceOfCheck(check);
        return [`${sign} ${label}`, check.description === '' ? markdownName(check.id) : escapeMarkdown(check.description), markdownCode(check.seen)];
      }),
    ),
  );
}

function fileTable({ files }: ProjectReport): string {
  if (files.length === 0) return 'The project made no files.';
  return rowsUpTo(files, (shown) =>
    markdownTable(
      ['Path', 'Made by', 'Task', 'Size #', 'SHA-256'],
      shown.map(({ path, bytes, sha256, taskId, madeBy }) => {
        const origin =
          madeBy.kind === 'template'
            ? `template ${markdownName(madeBy.template)}`
            : `model ${markdownName(madeBy.model)} after ${formatNumbered(madeBy.candidates, 'candidate')}, ${markdownName(madeBy.template)}`;
        return [markdownName(path), origin, markdownName(taskId), formatBytes(bytes), markdownCode(sha256.slice(0, 12))];
      }),
    ),
  );
}

function budgetTable(report: ProjectReport): string {
  const { planning, tasks, review, other, unused, whole } = budgetShares(report);
  const rows = [
    ['Planning', planning],
    ['Tasks', tasks],
    ['Review', review],
    ...(other > 0 ? [['Other', other] as const] : []),
    ['Unused', unused],
  ] as const;
  const inTokens = markdownTable(
    ['Use', 'Tokens #', 'Share #'],
    rows.map(([name, tokens]) => [name, formatCount(tokens), formatPercentage(tokens, whole)]),
  );
  return [inTokens, ...moneyTable(report)].join('\n\n');
}

function moneyTable(report: ProjectReport): readonly string[] {
  const shares = moneyShares(report);
  if (shares === null || report.budget.money === undefined) return [];
  const { tasks, other, unused, whole } = shares;
  const rows = [['Tasks', tasks] as const, ['Planning and review', other] as const, ...(unused === null ? [] : [['Unused', unused] as const])];
  const inMoney = markdownTable(
    ['Use', 'Money #', 'Share #'],
    rows.map(([name, microDollars]) => [name, formatMoney(microDollars), formatPercentage(microDollars, whole)]),
  );
  return [inMoney, `Money: ${describeMoney(report.budget.money)}`];
}

function plan(report: ProjectReport): string {
  const { madeBy, repairs, decidedByModel, findings, revisions = [] } = report.plan;
  const parts = [`Goals:\n\n${bullets(report.goals)}`];
  if (report.constraints.length > 0) parts.push(`Constraints:\n\n${bullets(report.constraints)}`);
  parts.push(
    `Plan made by ${markdownName(madeBy)}${repairs > 0 ? ` after ${formatNumbered(repairs, 'repair')}` : ''}${describeRevised(report.plan)}.`,
  );
  parts.push(
    decidedByModel.length === 0
      ? `Decided by the model: nothing: ${escapeMarkdown(describeDescent(report.plan))}.`
      : `Decided by the model:\n\n${bullets(decidedByModel)}`,
  );
  parts.push(`Who made what:\n\n${bullets(describeMakers(report))}`);
  if (revisions.length > 0) parts.push(`Changed on the way:\n\n${bullets(revisions.map(describeRevision), '', REVISION_CHARACTERS)}`);
  if (findings.length > 0)
    parts.push(`Findings sent back:\n\n${bullets(findings.map(({ code, message, suggestion }) => `${code}: ${message} ${suggestion}`))}`);
  return parts.join('\n\n');
}

function callTable({ modelCalls }: ProjectReport): string {
  if (modelCalls.length === 0) return 'No model was called.';
  const rows = summarizeModelCalls(modelCalls).map(({ lowestTemperature: low, highestTemperature: high, ...summary }) => [
    markdownName(summary.model),
    formatCount(summary.calls),
    formatCount(summary.inputTokens),
    formatCount(summary.outputTokens),
    low === high ? `${low}` : `${low} to ${high}`,
    escapeMarkdown(summary.finishReasons),
    summary.counted === 0 ? 'reported' : `${formatCount(summary.counted)} counted here`,
  ]);
  return markdownTable(['Model', 'Calls #', 'Tokens in #', 'Tokens out #', 'Temperature', 'Finished', 'Usage'], rows);
}

function environment({ environment: { sandbox, instruments, models }, formatVersion }: ProjectReport): string {
  const list = (names: readonly string[]) => names.slice(0, MOST_LINES).map(markdownName).join(', ') || 'none';
  return [
    `- Sandbox: ${markdownName(sandbox)}`,
    `- Instruments: ${list(instruments)}`,
    `- Models: ${list(models)}`,
    `- Made by kamachiq, report format ${formatVersion}; every model call with its seed and prompt hash is in report.json`,
  ].join('\n');
}
