import { displayName, fitText } from './display-text.js';
import { formatCount, formatNumbered, formatScore } from './format-quantity.js';
import { Markup, markup } from './markup.js';
import type { ProjectReport, TaskReport } from './project-report.js';
import { appearanceOfState } from './state-appearance.js';
import { layOutTaskGraph, type PlacedEdge } from './task-graph-layout.js';

const WIDTH = 194;
const HEIGHT = 46;
const GAP = 62;
const ROW = 62;
const EDGE = 6;
/** Beyond this a drawing tells nothing, and takes long. */
const MOST_TASKS = 150;
const MOST_DEPENDENCIES = 600;

/**
 * Draws the tasks in layers from left to right with their states; the critical path is thick.
 *
 * Graphs of more than 150 tasks or 600 dependencies are not drawn, which is said.
 *
 * @internal
 */
export function renderTaskGraph(report: ProjectReport): Markup {
  const tasks = new Map(report.tasks.map((task, index) => [task.node.id, { task, index }]));
  const dependencies = new Map(report.tasks.map(({ node }) => [node.id, node.dependencies]));
  const edgeCount = report.tasks.reduce((sum, { node }) => sum + node.dependencies.length, 0);
  if (tasks.size === 0) return markup`<p class="empty">There are no tasks to draw.</p>`;
  if (tasks.size > MOST_TASKS || edgeCount > MOST_DEPENDENCIES) {
    return markup`<p class="empty">${formatNumbered(tasks.size, 'task')} with ${formatNumbered(edgeCount, 'dependency', 'dependencies')}: too many to draw; the list of tasks names them all.</p>`;
  }

  const layout = layOutTaskGraph(dependencies);
  const path = report.schedule.criticalPath;
  const onPath = new Set(path);
  const pathEdges = new Map(path.map((id, index) => [id, path[index + 1]]));
  const isCritical = (edge: PlacedEdge) => onPath.has(edge.from) && pathEdges.get(edge.from) === edge.to;
  const width = layout.layers * WIDTH + (layout.layers - 1) * GAP + EDGE * 2;
  const height = layout.rows * ROW + HEIGHT + EDGE * 2;

  // The critical path last, so that nothing crosses over it.
  const edges = [...layout.edges].sort((a, b) => Number(isCritical(a)) - Number(isCritical(b)));
  const lines = edges.map((edge) => markup`<path class="edge${isCritical(edge) ? ' critical' : ''}" d="${new Markup(curve(edge))}"></path>`);
  const nodes = layout.tasks.map(({ id, layer, row }) => {
    const { task, index } = tasks.get(id)!;
    return renderNode(task, index, EDGE + layer * (WIDTH + GAP), EDGE + row * ROW, onPath.has(id));
  });
  const label = `${formatNumbered(tasks.size, 'task')} with ${formatNumbered(layout.edges.length, 'dependency', 'dependencies')}, dependencies to the left.`;
  return markup`<div class="graph" tabindex="0" role="group" aria-label="Task graph, scrolls sideways"><svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
${lines}
${nodes}
</svg></div>`;
}

function renderNode(task: TaskReport, index: number, x: number, y: number, critical: boolean): Markup {
  const { label, sign, tone } = appearanceOfState(task.state);
  const name = displayName(task.node.id);
  const score = task.verdict === null ? '' : ` · ${formatScore(task.verdict.score, task.verdict.threshold)}`;
  const tokens = task.tokensSpent > 0 ? ` · ${formatCount(task.tokensSpent)} tokens` : '';
  const detail = `${task.node.type}${tokens}${score}`;
  const title = `${name}: ${label}. ${detail}${critical ? '. On the critical path' : ''}`;
  return markup`<a href="#task-${index}" aria-label="${title}"><g class="node ${tone}${critical ? ' critical' : ''}" transform="translate(${x} ${y})"><title>${title}</title>
<rect class="node-box" width="${WIDTH}" height="${HEIGHT}" rx="8"></rect><circle class="node-sign" cx="20" cy="${HEIGHT / 2}" r="9"></circle>
<text class="node-glyph" x="20" y="${HEIGHT / 2 + 4}" text-anchor="middle">${sign}</text>
<text class="node-name" x="38" y="20">${fitText(name, 21)}</text><text class="node-detail" x="38" y="35">${fitText(detail, 28)}</text></g></a>`;
}

function curve({ firstLayer, rows }: PlacedEdge): string {
  const y = (row: number) => Math.round((EDGE + row * ROW + HEIGHT / 2) * 10) / 10;
  const left = (layer: number) => EDGE + layer * (WIDTH + GAP);
  let drawn = `M${left(firstLayer) + WIDTH} ${y(rows[0]!)}`;
  for (let index = 1; index < rows.length; index += 1) {
    const start = left(firstLayer + index - 1) + WIDTH;
    const end = left(firstLayer + index);
    const middle = (start + end) / 2;
    drawn += ` C${middle} ${y(rows[index - 1]!)} ${middle} ${y(rows[index]!)} ${end} ${y(rows[index]!)}`;
    if (index < rows.length - 1) drawn += ` H${end + WIDTH}`;
  }
  return drawn;
}
