import type { ColourName } from './palette.js';

const TONES = ['good', 'bad', 'warn', 'info', 'idle'] as const;

/** @internal */
export const SANS_SERIF = '-apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Noto Sans",sans-serif';

/**
 * Style of drawn graphs, in a report as in a file of their own.
 *
 * @param colour - Writes a colour: as a custom property where a page defines them, as itself where programs that know none may draw it.
 *
 * @internal
 */
export function graphStyle(colour: (name: ColourName) => string): string {
  const tones = TONES.map((tone) => `.node.${tone} .node-sign,.node.${tone} .node-glyph{fill:${colour(tone)}}`).join('');
  return `.edge{fill:none;stroke:${colour('faint')};stroke-opacity:.7;stroke-width:1.4}.edge.conditional{stroke-dasharray:5 4}.edge.critical{stroke:${colour('ink')};stroke-opacity:1;stroke-width:2.6}.edge.closing{stroke:${colour('bad')};stroke-opacity:1;stroke-width:2}
.arrow{fill:${colour('faint')}}.arrow.critical{fill:${colour('ink')}}.arrow.closing{fill:${colour('bad')}}
.node-box{fill:${colour('surface')};stroke:${colour('faint')};stroke-opacity:.5;stroke-width:1.2}.node.unrun .node-box{fill:none;stroke-opacity:1;stroke-dasharray:4 3}.node.critical .node-box{stroke:${colour('ink')};stroke-opacity:1;stroke-width:2.2}
.node.faulty .node-box{stroke:${colour('bad')};stroke-opacity:1;stroke-width:2}.node-fault{fill:${colour('bad')};font-size:11.5px}
.node-sign{fill-opacity:.15}.node-glyph{font-size:12px;font-weight:700}${tones}
.node-name{fill:${colour('ink')};font-size:13px;font-weight:620}.node-detail{fill:${colour('muted')};font-size:11.5px}.node-note{fill:${colour('info')};font-size:11.5px}.node.unrun .node-name{fill:${colour('muted')}}
.graph-key{fill:${colour('muted')};font-size:12px}
`;
}
