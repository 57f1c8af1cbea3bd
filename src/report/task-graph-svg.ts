import { graphError } from '../graph/graph-error.js';
import { displayName, displayText } from './display-text.js';
import { countPicture, findDrawingProblem } from './drawing-limit.js';
import { formatCount } from './format-quantity.js';
import type { GraphPicture } from './graph-picture.js';
import { graphStyle, SANS_SERIF } from './graph-style.js';
import { Markup, markup } from './markup.js';
import { DARK, LIGHT } from './palette.js';
import { listPictureEdges } from './picture-edges.js';
import { describeStates } from './report-figures.js';
import { drawTaskGraph } from './task-graph-drawing.js';

const PADDING = 14;

// Colours themselves, no custom properties: programs that are no browsers know none.
const STYLE = new Markup(`
text{font-family:${SANS_SERIF};font-variant-numeric:tabular-nums}
.page{fill:${LIGHT.page}}
${graphStyle((name) => LIGHT[name])}@media (prefers-color-scheme:dark){.page{fill:${DARK.page}}
${graphStyle((name) => DARK[name])}}
`);

/**
 * Draws a graph as an SVG that is complete in itself: fit for a file, a README or a page, light and dark by the reader's preference, with a
 * title and a description for those who don't see it, without scripts and links. The same picture always makes the same text.
 *
 * Tasks stand in layers from left to right, laid out by dagre, with their states and what they spent; the critical path is thick; what starts
 * under a condition has dashed lines and says when. Everything in the picture is taken for hostile: escaped, and control characters made visible.
 *
 * @throws KamachiqError `graph.too-large-to-draw` beyond 200 tasks, 600 dependencies, or 3,000 layers that these cross together
 * @public
 */
export function renderTaskGraphSvg(picture: GraphPicture): string {
  const problem = findDrawingProblem(picture);
  if (problem !== null) throw graphError('graph.too-large-to-draw', `${problem}.`, 'Draw it as DOT, which takes any size, or draw a part of it.');
  const { width, height, content } = drawTaskGraph(picture);
  const [outerWidth, outerHeight] = [Math.ceil(width) + PADDING * 2, Math.ceil(height) + PADDING * 2];
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${outerWidth}" height="${outerHeight}" viewBox="0 0 ${outerWidth} ${outerHeight}" role="img" aria-labelledby="title description">
<title id="title">Task graph</title>
<desc id="description">${describePicture(picture)}</desc>
<style>${STYLE}</style>
<rect class="page" width="${outerWidth}" height="${outerHeight}" rx="10"></rect>
<g transform="translate(${PADDING} ${PADDING})">
${content}
</g>
</svg>
`.text;
}

function describePicture(picture: GraphPicture): string {
  const { tasks, criticalPath } = picture;
  const sentences = [`${countPicture(tasks.length, listPictureEdges(picture).length)}.`];
  const states = tasks.flatMap(({ state }) => (state === undefined ? [] : [state]));
  if (states.length > 0) sentences.push(`${describeStates(states)}.`);
  const spent = tasks.flatMap(({ tokensSpent }) => (tokensSpent === undefined ? [] : [tokensSpent]));
  if (spent.length > 0) sentences.push(`${formatCount(spent.reduce((sum, tokens) => sum + tokens, 0))} tokens spent.`);
  if (criticalPath.length > 0) sentences.push(`Critical path: ${criticalPath.map(displayName).join(' → ')}.`);
  return displayText(sentences.join(' '), 2_000);
}
