import { breakText } from './display-text.js';
import type { GraphPicture } from './graph-picture.js';
import { LIGHT } from './palette.js';
import { listPictureEdges, type PictureEdge } from './picture-edges.js';
import { describeTask, type TaskWords, wordsOf } from './picture-words.js';
import { rankPicture } from './rank-picture.js';

const NOTE_COLUMNS = 44;

/**
 * Writes a graph in DOT, the language of Graphviz, at any size: states, spend, the critical path thick, dashed what starts under a condition
 * and what ended without having run, and red what closes a cycle and the tasks with findings. Everything in the picture is taken for hostile: no label ends its quotes, and none is read as an escape.
 *
 * @public
 */
export function renderTaskGraphDot(picture: GraphPicture): string {
  const critical = new Set(picture.criticalPath);
  const lines = [
    'digraph tasks {',
    '  graph [rankdir=LR, nodesep=0.25, ranksep=0.7, bgcolor=transparent];',
    `  node [shape=box, style="filled,rounded", fillcolor="${LIGHT.surface}", color="${LIGHT.faint}", fontname="Helvetica", fontsize=11];`,
    `  edge [color="${LIGHT.faint}", arrowsize=0.7];`,
  ];
  for (const [index, task] of picture.tasks.entries()) lines.push(writeTask(wordsOf(task), index, critical.has(task.node.id)));
  const edges = listPictureEdges(picture);
  const { closing } = rankPicture(picture.tasks.length, edges);
  for (const edge of edges) lines.push(writeEdge(edge, closing.has(edge)));
  lines.push('}');
  return `${lines.join('\n')}\n`;
}

function writeTask(words: TaskWords, index: number, critical: boolean): string {
  const { name, appearance, detail, notes, fault, unrun } = words;
  const [first, second] = appearance === null ? [name, detail] : [`${appearance.sign} ${name}`, `${appearance.label} · ${detail}`];
  const label = [first, second, ...[...notes, ...(fault === null ? [] : [fault])].flatMap((note) => breakText(note, NOTE_COLUMNS))];
  const attributes = [`label="${label.map(escapeDot).join('\\n')}"`, `tooltip="${escapeDot(describeTask(words, critical))}"`];
  if (fault !== null || appearance !== null) attributes.push(`color="${LIGHT[fault !== null ? 'bad' : appearance!.tone]}"`);
  if (unrun) attributes.push('style="filled,rounded,dashed"');
  if (critical || fault !== null) attributes.push('penwidth=2.2');
  return `  t${index} [${attributes.join(', ')}];`;
}

function writeEdge({ from, to, critical, conditional }: PictureEdge, closing: boolean): string {
  const marked = closing ? [`color="${LIGHT.bad}"`, 'penwidth=2.4'] : critical ? [`color="${LIGHT.ink}"`, 'penwidth=2.4'] : [];
  const attributes = [...(conditional ? ['style=dashed'] : []), ...marked];
  return `  t${from} -> t${to}${attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`};`;
}

/** Quotes and backslashes for DOT; ampersands too, since Graphviz reads HTML's entities in labels. */
const escapeDot = (text: string): string => text.replace(/["\\]/g, '\\$&').replace(/&/g, '&amp;');
