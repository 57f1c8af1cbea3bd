import { displayName, displayText } from './display-text.js';
import { formatCount, formatNumbered } from './format-quantity.js';
import { section, table } from './html-parts.js';
import { type Fragment, type Markup, markup } from './markup.js';
import type { ModelCallRecord, ProjectReport } from './project-report.js';
import { summarizeModelCalls } from './report-figures.js';

const MOST_CALLS = 300;

const summaryColumns = [
  { title: 'Model' },
  { title: 'Calls', number: true },
  { title: 'Tokens in', number: true },
  { title: 'Tokens out', number: true },
  { title: 'Temperature' },
  { title: 'Finished' },
  { title: 'Usage' },
];

const callColumns = [
  { title: 'Task / remediation / attempt / call' },
  { title: 'Seed', number: true },
  { title: 'Temperature', number: true },
  { title: 'Tokens in', number: true },
  { title: 'Tokens out', number: true },
  { title: 'Finished' },
  { title: 'Prompt' },
];

/** What was asked of models: a line for each model, and every call to unfold. @internal */
export function renderModelCalls({ modelCalls }: ProjectReport): Markup {
  if (modelCalls.length === 0) return section('calls', 'Model calls', 'none', markup`<p class="empty">No model was called.</p>`);
  const summaries = summarizeModelCalls(modelCalls);
  const rows = summaries.map(({ lowestTemperature: low, highestTemperature: high, ...summary }) => [
    displayName(summary.model),
    formatCount(summary.calls),
    formatCount(summary.inputTokens),
    formatCount(summary.outputTokens),
    low === high ? `${low}` : `${low} to ${high}`,
    summary.finishReasons,
    summary.counted === 0 ? 'reported' : `${formatCount(summary.counted)} counted here`,
  ]);
  const left = modelCalls.length - MOST_CALLS;
  const rest = left > 0 ? markup`<p class="muted">${formatNumbered(left, 'more call')} in report.json.</p>` : null;
  const every = table(callColumns, modelCalls.slice(0, MOST_CALLS).map(describeCall));
  return section('calls', 'Model calls', `${formatNumbered(modelCalls.length, 'call')} of ${formatNumbered(summaries.length, 'model')}`, [
    table(summaryColumns, rows),
    markup`<details class="more"><summary>Every call</summary>${every}${rest}</details>`,
  ]);
}

function describeCall(call: ModelCallRecord): readonly Fragment[] {
  return [
    markup`<code>${displayName(call.key)}</code>`,
    call.seed === null ? '–' : `${call.seed}`,
    `${call.temperature}`,
    formatCount(call.inputTokens),
    formatCount(call.outputTokens),
    displayText(call.finishReason, 40),
    markup`<code class="muted" title="${displayText(call.promptSha256, 80)}">${displayText(call.promptSha256, 80).slice(0, 12)}</code>`,
  ];
}
