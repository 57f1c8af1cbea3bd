import { describe, expect, it } from 'vitest';
import { condenseFrames, renderRecording } from './terminal-recording.mjs';
import { TerminalScreen } from './terminal-screen.mjs';

const frame = (at, output) => {
  const screen = new TerminalScreen({ columns: 20, rows: 2 });
  screen.write(output);
  return { at, lines: screen.snapshot() };
};
const options = { shortest: 50, longestPause: 1000, speed: 1 };
const size = { columns: 20, rows: 2, title: 'echo <hello>', note: '' };

describe('condenseFrames', () => {
  it('cuts pauses, merges what follows at once, and drops what looks the same', () => {
    const frames = [frame(100, 'a'), frame(110, 'ab'), frame(9110, 'ab'), frame(9200, 'abc')];
    expect(condenseFrames(frames, options)).toEqual([
      { at: 0, lines: frames[1].lines },
      { at: 1100, lines: frames[3].lines },
    ]);
  });

  it('plays as fast as it is told', () => {
    expect(condenseFrames([frame(0, 'a'), frame(800, 'b')], { ...options, speed: 4 }).map(({ at }) => at)).toEqual([0, 200]);
  });
});

describe('renderRecording', () => {
  it('draws a line of many frames once, and escapes what was printed', () => {
    const svg = renderRecording([frame(0, '<b>\nx'), frame(100, '<b>\ny'), frame(200, '<b>\nx')], size);
    expect(svg.match(/&lt;b&gt;/g)).toHaveLength(1);
    expect(svg).not.toContain('<b>');
    expect(svg.match(/<use /g)).toHaveLength(6);
    expect(svg).toContain('aria-label="Recording of a terminal: echo &lt;hello&gt;"');
  });

  it('draws colours where no rule of the style sheet overrides them', () => {
    const svg = renderRecording([frame(0, '\u001b[1;32mok\u001b[7m!')], size);
    expect(svg).toContain(' fill="#56d08f" font-weight="700">ok</text>');
    expect(svg).toContain('fill="#56d08f"/><text');
    expect(/<style>([\s\S]*?)<\/style>/.exec(svg)[1]).not.toMatch(/text\{[^}]*(fill|font)/);
  });

  it('rests on the last frame where there is no motion', () => {
    const svg = renderRecording([frame(0, 'a'), frame(100, 'b')], size);
    const width = /width="(\d+)"/.exec(svg)[1];
    expect(svg).toContain(`transform:translateX(-${width}px);animation:play 5.1s`);
    expect(svg).toContain('@media (prefers-reduced-motion:reduce){.strip{animation:none}}');
  });
});
