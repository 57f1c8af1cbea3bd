import { displayName, displayText } from './display-text.js';
import { formatBytes, formatCount, formatNumbered } from './format-quantity.js';
import { section, table } from './html-parts.js';
import { type Markup, markup } from './markup.js';
import type { FileOrigin, ProjectReport } from './project-report.js';

const MOST_FILES = 1000;

const columns = [{ title: 'Path' }, { title: 'Made by' }, { title: 'Task' }, { title: 'Size', number: true }, { title: 'SHA-256' }];

/** Every file of the result with who made it: a model after so many candidates, or a template. @internal */
export function renderFiles({ files }: ProjectReport): Markup {
  if (files.length === 0) return section('files', 'Files', 'none', markup`<p class="empty">The project made no files.</p>`);
  const byModel = files.filter((file) => file.madeBy.kind === 'model').length;
  const note = `${formatCount(byModel)} written by a model, ${formatCount(files.length - byModel)} rendered by templates`;
  const rows = files
    .slice(0, MOST_FILES)
    .map(({ path, bytes, sha256, taskId, madeBy }) => [
      markup`<code>${displayName(path)}</code>`,
      markup`${originBadge(madeBy)} ${originDetail(madeBy)}`,
      displayName(taskId),
      formatBytes(bytes),
      markup`<code class="muted" title="${displayText(sha256, 80)}">${displayText(sha256, 80).slice(0, 12)}</code>`,
    ]);
  const left =
    files.length > MOST_FILES ? markup`<p class="muted">${formatNumbered(files.length - MOST_FILES, 'more file')} in report.json.</p>` : null;
  return section('files', 'Files', note, [table(columns, rows), left]);
}

function originBadge({ kind }: FileOrigin): Markup {
  return kind === 'model' ? markup`<span class="badge model">model</span>` : markup`<span class="badge template">template</span>`;
}

function originDetail(origin: FileOrigin): Markup {
  if (origin.kind === 'template') return markup`<span class="muted">${displayName(origin.template)}</span>`;
  return markup`${formatNumbered(origin.candidates, 'candidate')} <span class="muted">of ${displayName(origin.model)}, ${displayName(origin.template)}</span>`;
}
