import { describeDescent, describeRevised, describeRevision, REVISION_CHARACTERS } from './describe-revision.js';
import { displayText } from './display-text.js';
import { formatNumbered } from './format-quantity.js';
import { bulletList, section } from './html-parts.js';
import { type Markup, markup } from './markup.js';
import type { ProjectReport } from './project-report.js';
import { describeMakers } from './report-figures.js';

/** What was asked for, who made the plan, and what of it the model decided. @internal */
export function renderPlan(report: ProjectReport): Markup {
  const { plan } = report;
  const note = `Plan made by ${displayText(plan.madeBy, 120)}${plan.repairs > 0 ? ` after ${formatNumbered(plan.repairs, 'repair')}` : ''}${describeRevised(plan)}`;
  const constraints = report.constraints.length === 0 ? null : markup`<h3>Constraints</h3>${bulletList(report.constraints)}`;
  const decided =
    plan.decidedByModel.length === 0 ? markup`<p class="muted">Nothing: ${describeDescent(plan)}.</p>` : bulletList(plan.decidedByModel);
  const findings =
    plan.findings.length === 0
      ? null
      : markup`<h3>Findings sent back</h3>${bulletList(plan.findings.map(({ code, message, suggestion }) => `${code}: ${message} ${suggestion}`))}`;
  const changes = plan.revisions?.map(describeRevision) ?? [];
  const revisions = changes.length === 0 ? null : markup`<h3>Changed on the way</h3>${bulletList(changes, { characters: REVISION_CHARACTERS })}`;
  const content = markup`<div class="two">
<div><h3>Goals</h3>${bulletList(report.goals)}${constraints}</div>
<div><h3>Decided by the model</h3>${decided}<h3>Who made what</h3>${bulletList(describeMakers(report))}${findings}${revisions}</div>
</div>`;
  return section('plan', 'Goals and plan', note, content);
}
