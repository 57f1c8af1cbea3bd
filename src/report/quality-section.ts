import { isObservedOnly } from '../quality/is-observed-only.js';
import type { QualityVerdict } from '../quality/quality-gate.js';
import { displayName, displayText } from './display-text.js';
import { formatCount, formatScore } from './format-quantity.js';
import { bulletList, meter, section, stateLabel, table } from './html-parts.js';
import { type Markup, markup } from './markup.js';
import type { ProjectReport } from './project-report.js';
import { appearanceOfCheck } from './state-appearance.js';

/** Checks shown at once; the rest can be unfolded. */
const FIRST_CHECKS = 25;
const MOST_CHECKS = 1000;

/** The project's verdict, criterion by criterion. @internal */
export function renderQuality(report: ProjectReport): Markup {
  const { verdict } = report;
  if (verdict === null) return section('quality', 'Quality', 'No verdict', markup`<p class="empty">The project never came to a verdict.</p>`);
  const note = `${verdict.decision === 'approve' ? 'Approved by the gate' : 'Not approved by the gate'}: ${formatScore(verdict.score, verdict.threshold)}, more than ${formatScore(verdict.threshold)} needed`;
  const feedback = verdict.feedback.length === 0 ? null : markup`<h3>Feedback</h3>${bulletList(verdict.feedback)}`;
  return section('quality', 'Quality', note, [renderCriteria(verdict, report.rubricWeights), feedback]);
}

/** A bar for each criterion of a verdict, with who measured it and what was counted. @internal */
export function renderCriteria(verdict: QualityVerdict, weights: ProjectReport['rubricWeights']): Markup {
  const rows = verdict.criteria.map(({ criterion, score, measuredBy, evidence }) => {
    const weight = weights?.[criterion];
    const chart = meter({
      value: score,
      tone: score > verdict.threshold ? 'good' : 'warn',
      label: `${criterion}: ${formatScore(score)} of 1`,
      height: 8,
    });
    const lines = evidence.slice(0, 12).map((line) => markup`<div>${displayText(line, 400)}</div>`);
    const left = evidence.length > 12 ? markup`<div>${formatCount(evidence.length - 12)} more lines, in report.json</div>` : null;
    return markup`<div class="criterion"><span class="name">${criterion}${weight === undefined ? null : markup`<small>× ${formatScore(weight)}</small>`}</span>${chart}<span class="value">${formatScore(score)}</span><div class="evidence prose">${lines}${left}<div>measured by <code>${displayName(measuredBy)}</code></div></div></div>`;
  });
  return rows.length === 0 ? markup`<p class="empty">No criterion was scored.</p>` : markup`<div class="criteria">${rows}</div>`;
}

/** Every acceptance check with what was seen, failed ones first. @internal */
export function renderChecks({ checks, environment }: ProjectReport): Markup {
  const failed = checks.filter((check) => !check.passed).length;
  const observed = checks.filter(isObservedOnly).length;
  const also = observed === 0 ? '' : `, ${formatCount(observed)} observed only`;
  const note = `${formatCount(checks.length - failed - observed)} passed, ${formatCount(failed)} failed${also} · executed in ${displayText(environment.sandbox, 80)}`;
  if (checks.length === 0) return section('checks', 'Acceptance checks', note, markup`<p class="empty">No acceptance check was executed.</p>`);
  const rows = [...checks.filter((check) => !check.passed), ...checks.filter((check) => check.passed)].map((check) => [
    stateLabel(appearanceOfCheck(check)),
    check.description === '' ? displayName(check.id) : displayText(check.description, 400),
    markup`<code>${displayText(check.seen, 400)}</code>`,
  ]);
  const columns = [{ title: 'Outcome' }, { title: 'Check' }, { title: 'Seen' }];
  const rest = rows.slice(FIRST_CHECKS, MOST_CHECKS);
  const more =
    rest.length === 0 ? null : markup`<details class="more"><summary>${formatCount(rest.length)} more</summary>${table(columns, rest)}</details>`;
  const left = rows.length > MOST_CHECKS ? markup`<p class="muted">${formatCount(rows.length - MOST_CHECKS)} more are in report.json.</p>` : null;
  return section('checks', 'Acceptance checks', note, [table(columns, rows.slice(0, FIRST_CHECKS)), more, left]);
}
