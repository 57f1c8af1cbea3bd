/** Draws recorded frames of a terminal as one animated SVG: complete in itself, CSS only, still where the reader prefers no motion. */

const CELL = { width: 8.4, height: 19, size: 14 };
const EDGE = { side: 18, top: 46, bottom: 16 };
const HOLD_LAST_MILLISECONDS = 5000;

const palette = new Map([
  ['black', '#3b4048'],
  ['red', '#ff7b72'],
  ['green', '#56d08f'],
  ['yellow', '#e5b455'],
  ['blue', '#79b0ff'],
  ['magenta', '#c9a2ff'],
  ['cyan', '#62cfd8'],
  ['white', '#d5d9df'],
  ['bright-black', '#838b96'],
  ['bright-red', '#ffa198'],
  ['bright-green', '#7ee2ad'],
  ['bright-yellow', '#f2cc7b'],
  ['bright-blue', '#a5c9ff'],
  ['bright-magenta', '#dcc2ff'],
  ['bright-cyan', '#92e3e9'],
  ['bright-white', '#ffffff'],
]);
const INK = '#e6e8eb';
const PAPER = '#15181c';

/** @typedef {{ at: number, lines: import('./terminal-screen.mjs').Run[][] }} Frame `at` in milliseconds from the start. */

/**
 * Leaves out what nobody could follow: frames closer together than `shortest` are merged into the last of them, pauses are cut to `longestPause`,
 * frames that look like the one before are dropped, and all is played `speed` times as fast.
 *
 * @param {readonly Frame[]} frames
 * @param {{ shortest: number, longestPause: number, speed: number }} options Milliseconds of the played recording.
 * @returns {Frame[]}
 */
export function condenseFrames(frames, { shortest, longestPause, speed }) {
  /** @type {Frame[]} */
  const kept = [];
  let shown = '';
  let clock = 0;
  let before = frames[0]?.at ?? 0;
  for (const { at, lines } of frames) {
    clock += Math.min(longestPause, Math.max(0, at - before) / speed);
    before = at;
    const look = JSON.stringify(lines);
    if (look === shown) continue;
    shown = look;
    const last = kept.at(-1);
    if (last !== undefined && clock - last.at < shortest) last.lines = lines;
    else kept.push({ at: clock, lines });
  }
  return kept;
}

/**
 * @param {readonly Frame[]} frames At least one.
 * @param {{ columns: number, rows: number, title: string, note: string }} options `note` stands at the right of the title.
 * @returns {string}
 */
export function renderRecording(frames, { columns, rows, title, note }) {
  const width = Math.ceil(columns * CELL.width + EDGE.side * 2);
  const height = Math.ceil(rows * CELL.height + EDGE.top + EDGE.bottom);
  const total = frames.at(-1).at + HOLD_LAST_MILLISECONDS;

  // A line that is seen in many frames is drawn once.
  const names = new Map();
  const drawn = frames.map(({ lines }, frame) => {
    const uses = lines.map((line, row) => {
      if (line.length === 0) return '';
      const look = renderLine(line);
      if (!names.has(look)) names.set(look, `l${names.size}`);
      return `<use href="#${names.get(look)}" y="${round(row * CELL.height)}"/>`;
    });
    return `<g transform="translate(${frame * width} 0)">${uses.join('')}</g>`;
  });
  const steps = frames.map(({ at }, frame) => `${round((at / total) * 100)}%{transform:translateX(${-frame * width}px)}`);
  const last = `translateX(${-(frames.length - 1) * width}px)`;

  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(`Recording of a terminal: ${title}`)}">
<style>
text{white-space:pre}
.bar{font-family:-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-size:12.5px;fill:#9aa1ab}
.strip{font:${CELL.size}px ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;fill:${INK};transform:${last};animation:play ${round(total / 1000)}s steps(1,end) infinite}
@keyframes play{${steps.join('')}100%{transform:${last}}}
@media (prefers-reduced-motion:reduce){.strip{animation:none}}
</style>
<rect width="${width}" height="${height}" rx="10" fill="${PAPER}"/>
<circle cx="22" cy="19" r="5.5" fill="#3a3f47"/><circle cx="40" cy="19" r="5.5" fill="#3a3f47"/><circle cx="58" cy="19" r="5.5" fill="#3a3f47"/>
<text class="bar" x="${width / 2}" y="23.5" text-anchor="middle">${escapeXml(title)}</text><text class="bar" x="${width - 18}" y="23.5" text-anchor="end">${escapeXml(note)}</text>
<defs>${[...names].map(([look, name]) => `<g id="${name}">${look}</g>`).join('\n')}</defs>
<svg x="${EDGE.side}" y="${EDGE.top}" width="${width - EDGE.side * 2}" height="${height - EDGE.top}"><g class="strip">
${drawn.join('\n')}
</g></svg>
</svg>
`;
}

function renderLine(line) {
  return line
    .map(({ column, width, text, style }) => {
      const [ink, paper] = coloursOf(style);
      const x = round(column * CELL.width);
      const box = paper === null ? '' : `<rect x="${x}" width="${round(width * CELL.width)}" height="${CELL.height}" fill="${paper}"/>`;
      if (text.trim() === '') return box;
      const looks = [
        ink === null ? '' : ` fill="${ink}"`,
        style.bold ? ' font-weight="700"' : '',
        style.italic ? ' font-style="italic"' : '',
        style.underline ? ' text-decoration="underline"' : '',
        style.dim ? ' opacity=".62"' : '',
      ];
      // Whatever font the reader has, the columns stay where they are.
      return `${box}<text x="${x}" y="14.5" textLength="${round(width * CELL.width)}" lengthAdjust="spacingAndGlyphs"${looks.join('')}>${escapeXml(text)}</text>`;
    })
    .join('');
}

function coloursOf({ foreground, background, inverse }) {
  const ink = foreground === null ? null : (palette.get(foreground) ?? foreground);
  const paper = background === null ? null : (palette.get(background) ?? background);
  return inverse ? [paper ?? PAPER, ink ?? INK] : [ink, paper];
}

const round = (value) => Math.round(value * 1000) / 1000;

function escapeXml(text) {
  return text
    .replace(/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
