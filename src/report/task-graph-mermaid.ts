import { graphError } from '../graph/graph-error.js';
import { fitText } from './display-text.js';
import { countPicture } from './drawing-limit.js';
import type { GraphPicture } from './graph-picture.js';
import { LIGHT } from './palette.js';
import { listPictureEdges, type PictureEdge } from './picture-edges.js';
import { type TaskWords, wordsOf } from './picture-words.js';
import { rankPicture } from './rank-picture.js';

/** What Mermaid draws where nobody configured it: `maxEdges` and `maxTextSize`. */
const MOST_EDGES = 500;
const MOST_CHARACTERS = 50_000;

/**
 * Writes a graph as a Mermaid flowchart, without a fence: states, spend, the critical path thick, dotted what starts under a condition,
 * and red what closes a cycle and the tasks with findings.
 * Everything in the picture is taken for hostile: no label ends its quotes.
 *
 * @throws KamachiqError `graph.too-large-to-draw` beyond 500 dependencies or 50,000 characters, which Mermaid refuses
 * @public
 */
export function renderTaskGraphMermaid(picture: GraphPicture): string {
  const text = findMermaidGraph(picture);
  if (text !== null) return text;
  const counted = countPicture(picture.tasks.length, listPictureEdges(picture).length);
  throw graphError('graph.too-large-to-draw', `${counted}: too many to draw.`, 'Draw it as DOT, which takes any size, or draw a part of it.');
}

/** As {@link renderTaskGraphMermaid}; null beyond what Mermaid takes. @internal */
export function findMermaidGraph(picture: GraphPicture): string | null {
  const edges = listPictureEdges(picture);
  // A task takes more characters than these; nothing is written that would be thrown away.
  if (edges.length > MOST_EDGES || picture.tasks.length > MOST_CHARACTERS / 10) return null;
  const words = picture.tasks.map(wordsOf);
  const lines = ['flowchart LR', ...words.map(writeTask), ...edges.map(writeEdge)];
  const thick = [...edges.keys()].filter((index) => edges[index]!.critical && edges[index]!.conditional);
  if (thick.length > 0) lines.push(`  linkStyle ${thick.join(',')} stroke-width:3.5px`);
  const { closing } = rankPicture(picture.tasks.length, edges);
  const red = [...edges.keys()].filter((index) => closing.has(edges[index]!));
  if (red.length > 0) lines.push(`  linkStyle ${red.join(',')} stroke:${LIGHT.bad},stroke-width:2.5px`);
  if (words.some(({ appearance }) => appearance !== null)) lines.push(...CLASSES);
  if (words.some(({ fault }) => fault !== null)) lines.push(`  classDef faulty stroke:${LIGHT.bad},stroke-width:2.5px`);
  const text = `${lines.join('\n')}\n`;
  return text.length > MOST_CHARACTERS ? null : text;
}

const CLASSES = [
  `  classDef good stroke:${LIGHT.good},stroke-width:2px`,
  `  classDef bad stroke:${LIGHT.bad},stroke-width:2px,stroke-dasharray:6 2`,
  `  classDef warn stroke:${LIGHT.warn},stroke-width:2px,stroke-dasharray:2 2`,
  `  classDef info stroke:${LIGHT.info},stroke-width:2px`,
  `  classDef idle stroke:${LIGHT.idle}`,
  `  classDef unrun stroke:${LIGHT.idle},stroke-dasharray:4 3`,
];

function writeTask({ name, appearance, detail, notes, fault, unrun }: TaskWords, index: number): string {
  const shown = fitText(name, 40);
  const lines = [appearance === null ? shown : `${appearance.sign} ${shown}`, appearance === null ? detail : `${appearance.label} · ${detail}`];
  const label = [...lines, ...[...notes, ...(fault === null ? [] : [fault])].map((note) => fitText(note, 60))].map(encodeLabel).join('<br>');
  const tone = fault !== null ? ':::faulty' : appearance === null ? '' : `:::${unrun && appearance.tone === 'idle' ? 'unrun' : appearance.tone}`;
  return `  t${index}["${label}"]${tone}`;
}

function writeEdge({ from, to, critical, conditional }: PictureEdge): string {
  return `  t${from} ${conditional ? '-.->' : critical ? '==>' : '-->'} t${to}`;
}

// What Mermaid would draw as a line break, a formula or an icon, even where it comes from entities.
const READ_AGAIN = /\\(?=n)|\$(?=\$)|:(?=\S)/g;
const WORD_JOINER = '\u2060';

/**
 * Everything but letters, digits and a few signs as Mermaid's numeric entities, so that no label ends its quotes or its block, and none is
 * taken for Markdown, as one that begins with `1.` would be. A word joiner, which nobody sees, parts what would be read as something else.
 */
function encodeLabel(text: string): string {
  return text
    .replace(READ_AGAIN, `$&${WORD_JOINER}`)
    .replace(/[^\p{L}\p{M}\p{N} ,.\-/·✓✗●○◌◆–⊘■…]|^[\d-]/gu, (character) => `#${character.codePointAt(0)};`);
}
