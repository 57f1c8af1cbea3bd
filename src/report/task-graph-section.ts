import { countPicture, findDrawingProblem } from './drawing-limit.js';
import { pictureOfReport } from './graph-picture.js';
import { type Markup, markup } from './markup.js';
import { listPictureEdges } from './picture-edges.js';
import type { ProjectReport } from './project-report.js';
import { drawTaskGraph } from './task-graph-drawing.js';

/** The task graph of a report, each task leading to its entry; says so where there is none, or where it is too large to draw. @internal */
export function renderTaskGraph(report: Pick<ProjectReport, 'tasks' | 'schedule'>): Markup {
  if (report.tasks.length === 0) return markup`<p class="empty">There are no tasks to draw.</p>`;
  const picture = pictureOfReport(report);
  const problem = findDrawingProblem(picture);
  if (problem !== null) return markup`<p class="empty">${problem}; the list of tasks names them all.</p>`;
  const { width, height, content } = drawTaskGraph(picture, (place) => `#task-${place}`);
  const label = `${countPicture(picture.tasks.length, listPictureEdges(picture).length)}, dependencies to the left.`;
  return markup`<div class="graph" tabindex="0" role="group" aria-label="Task graph, scrolls sideways"><svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
${content}
</svg></div>`;
}
