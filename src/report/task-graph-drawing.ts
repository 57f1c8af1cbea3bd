import { breakText, fitText } from './display-text.js';
import type { GraphPicture } from './graph-picture.js';
import { LOOP, layOutPicture, type Point, type Route, type Stretch, type TaskSize } from './lay-out-picture.js';
import { Markup, markup } from './markup.js';
import { listPictureEdges, type PictureEdge } from './picture-edges.js';
import { describeTask, type TaskWords, wordsOf } from './picture-words.js';
import { textWidthInEms, widthInEms } from './text-width.js';

const WIDTH = 194;
/** Where any task has notes, so that they have room. */
const WIDTH_WITH_NOTES = 232;
/** Whatever tasks cost: what is longer is cut. */
const GREATEST_WIDTH = 300;
const LEFT = 14;
const LEFT_OF_SIGN = 38;
const RIGHT = 10;
/** Pixels to an em, as the style has them; names somewhat more than measured, for other fonts are wider. */
const NAME_SIZE = 13 * 1.04;
const DETAIL_SIZE = 11.5;
const HEIGHT = 46;
/** Pixels that each line of notes makes a task higher. */
const NOTE = 15;
const MARGIN = 6;
const ARROW = 7;
const KEYS_HEIGHT = 34;

/** A drawn graph without the element around it. @internal */
export interface TaskGraphDrawing {
  readonly width: number;
  readonly height: number;
  readonly content: Markup;
}

/**
 * Draws tasks in layers from left to right with states and spend; the critical path is thick, what starts under a condition has dashed lines
 * and says when.
 *
 * @param linkOf - Where a task leads to, by its place; it is no link where absent.
 *
 * @internal
 */
export function drawTaskGraph(picture: GraphPicture, linkOf?: (place: number) => string): TaskGraphDrawing {
  const words = picture.tasks.map(wordsOf);
  const edges = listPictureEdges(picture);
  const taskWidth = widthOfTasks(words);
  const notes = words.map((told) => told.notes.flatMap((note) => breakNote(note, taskWidth)));
  const faults = words.map(({ fault }) => (fault === null ? [] : breakNote(fault, taskWidth)));
  const lines = notes.map((told, index) => [...told, ...faults[index]!]);
  const sizes = lines.map(({ length }): TaskSize => ({ width: taskWidth, height: HEIGHT + length * NOTE + (length > 0 ? 3 : 0) }));
  const { width, height, corners, routes } = layOutPicture(sizes, edges);
  const critical = new Set(picture.criticalPath);

  // What matters most comes last, so that nothing crosses over it.
  const weight = (index: number) => (routes[index]!.closing ? 2 : edges[index]!.critical ? 1 : 0);
  const order = [...edges.keys()].sort((a, b) => weight(a) - weight(b));
  const drawnEdges = order.map((index) => drawEdge(edges[index]!, routes[index]!));
  const tasks = picture.tasks.map(({ node }, index) => {
    const isCritical = critical.has(node.id);
    const drawn = drawTask(words[index]!, { notes: notes[index]!, fault: faults[index]! }, { ...corners[index]!, ...sizes[index]! }, isCritical);
    return linkOf === undefined ? drawn : markup`<a href="${linkOf(index)}" aria-label="${describeTask(words[index]!, isCritical)}">${drawn}</a>`;
  });
  const keys = drawKeys(edges, routes, height + MARGIN * 2 + 18);
  return {
    width: Math.max(width + MARGIN * 2, keys.width),
    height: height + MARGIN * 2 + (keys.width > 0 ? KEYS_HEIGHT : 0),
    content: markup`${drawnEdges}
${tasks}${keys.content}`,
  };
}

/** One for all, so that layers stand straight: what tasks cost is not cut. */
function widthOfTasks(words: readonly TaskWords[]): number {
  const least = words.some(({ notes, fault }) => notes.length > 0 || fault !== null) ? WIDTH_WITH_NOTES : WIDTH;
  const details = words.map((told) => leftOf(told) + Math.ceil(textWidthInEms(told.detail) * DETAIL_SIZE) + RIGHT);
  return Math.min(
    GREATEST_WIDTH,
    details.reduce((most, width) => Math.max(most, width), least),
  );
}

const leftOf = ({ appearance }: TaskWords) => (appearance === null ? LEFT : LEFT_OF_SIGN);

const breakNote = (note: string, width: number) => breakText(note, (width - LEFT - RIGHT) / DETAIL_SIZE, widthInEms);

function drawTask(
  words: TaskWords,
  { notes, fault }: { readonly notes: readonly string[]; readonly fault: readonly string[] },
  place: Point & TaskSize,
  critical: boolean,
): Markup {
  const { name, appearance, detail, unrun } = words;
  const left = leftOf(words);
  const room = place.width - left - RIGHT;
  const sign =
    appearance === null
      ? null
      : markup`<circle class="node-sign" cx="20" cy="${HEIGHT / 2}" r="9"></circle><text class="node-glyph" x="20" y="${HEIGHT / 2 + 4}" text-anchor="middle">${appearance.sign}</text>`;
  const more = [...notes, ...fault].map((line, index) => {
    const kind = index < notes.length ? 'note' : 'fault';
    return markup`<text class="node-${kind}" x="${LEFT}" y="${HEIGHT + 4 + index * NOTE}">${line}</text>`;
  });
  const marks = `${unrun ? ' unrun' : ''}${critical ? ' critical' : ''}${fault.length > 0 ? ' faulty' : ''}`;
  const classes = `node${appearance === null ? '' : ` ${appearance.tone}`}${marks}`;
  return markup`<g class="${classes}" transform="translate(${place.x + MARGIN} ${place.y + MARGIN})"><title>${describeTask(words, critical)}</title>
<rect class="node-box" width="${place.width}" height="${place.height}" rx="8"></rect>${sign}
<text class="node-name" x="${left}" y="20">${fitText(name, room / NAME_SIZE, widthInEms)}</text><text class="node-detail" x="${left}" y="35">${fitText(detail, room / DETAIL_SIZE, widthInEms)}</text>${more}</g>`;
}

function drawEdge({ critical, conditional, from, to: end }: PictureEdge, { stretches, closing }: Route): Markup {
  const { to, y } = stretches.at(-1)!;
  const base = to - ARROW * (closing ? -1 : 1);
  const kind = closing ? ' closing' : critical ? ' critical' : '';
  const at = (value: number) => round(value + MARGIN);
  const arrow = `M${at(to)} ${at(y)}L${at(base)} ${at(y - ARROW / 2)}V${at(y + ARROW / 2)}Z`;
  const line = from === end ? loop(stretches[0]!, { x: base, y }) : curve([...stretches.slice(0, -1), { from: base, to: base, y }]);
  return markup`<path class="edge${conditional ? ' conditional' : ''}${kind}" d="${new Markup(line)}"></path><path class="arrow${kind}" d="${new Markup(arrow)}"></path>`;
}

/** From the top of a task around its corner into its side. */
function loop({ to, y }: Stretch, end: Point): string {
  const at = (value: number) => round(value + MARGIN);
  return `M${at(to)} ${at(y)}A${LOOP} ${LOOP} 0 1 1 ${at(end.x)} ${at(end.y)}`;
}

/** Level stretches joined by curves that leave and arrive level. */
function curve([first, ...others]: readonly Stretch[]): string {
  const at = (value: number) => round(value + MARGIN);
  let drawn = `M${at(first!.to)} ${at(first!.y)}`;
  let [x, y] = [first!.to, first!.y];
  for (const { from, to, y: level } of others) {
    const middle = at((x + from) / 2);
    drawn += `C${middle} ${at(y)} ${middle} ${at(level)} ${at(from)} ${at(level)}`;
    if (to !== from) drawn += `H${at(to)}`;
    [x, y] = [to, level];
  }
  return drawn;
}

const round = (value: number) => Math.round(value * 10) / 10;

/** Says what the lines mean, as far as there are such. */
function drawKeys(edges: readonly PictureEdge[], routes: readonly Route[], y: number): { readonly width: number; readonly content: Markup | null } {
  const keys = [
    { kind: 'critical', text: 'critical path', width: 128, shown: edges.some(({ critical }) => critical) },
    { kind: 'conditional', text: 'starts under a condition', width: 188, shown: edges.some(({ conditional }) => conditional) },
    { kind: 'closing', text: 'closes a cycle', width: 128, shown: routes.some(({ closing }) => closing) },
  ].filter(({ shown }) => shown);
  let x = MARGIN;
  const drawn = keys.map(({ kind, text, width }) => {
    const key = markup`<path class="edge ${kind}" d="${new Markup(`M${x} ${round(y)}h28`)}"></path><text class="graph-key" x="${x + 36}" y="${y + 4}">${text}</text>`;
    x += width;
    return key;
  });
  return keys.length === 0 ? { width: 0, content: null } : { width: x, content: markup`\n<g>${drawn}</g>` };
}
