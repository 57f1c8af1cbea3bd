/**
 * Reports and pictures: what people look at, made of plain JSON. Host side: the layout of drawings stands behind it, so keep it out of workflow
 * code.
 *
 * @packageDocumentation
 */
export { type GraphPicture, type PicturedTask, pictureOfPlan, pictureOfReport } from './report/graph-picture.js';
export { renderReportHtml } from './report/report-html.js';
export { renderReportMarkdown } from './report/report-markdown.js';
export { renderTaskGraphDot } from './report/task-graph-dot.js';
export { renderTaskGraphMermaid } from './report/task-graph-mermaid.js';
export { renderTaskGraphSvg } from './report/task-graph-svg.js';
