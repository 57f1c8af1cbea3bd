import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { MOTTO } from 'kamachiq';
import { describe, expect, it } from 'vitest';
import { listAnchors, listMarkdownFiles, repository, splitMarkdown } from './markdown-files.js';

const files = listMarkdownFiles();

/** Targets of links and images, without code and without addresses elsewhere. */
function listLocalLinks(text: string): readonly string[] {
  const prose = splitMarkdown(text).prose.replace(/`[^`\n]*`/g, '');
  const inline = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)].map(([, target]) => target!);
  const referenced = [...prose.matchAll(/^ {0,3}\[[^\]]+\]:\s*(\S+)/gm)].map(([, target]) => target!);
  return [...inline, ...referenced].filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
}

describe('every Markdown file', () => {
  it('is found', () => {
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'docs/getting-started.md']));
  });

  it.each(files.map(({ path, text }) => [path, text]))('%s begins with the motto', (_path, text) => {
    expect(text.split('\n')[0]).toBe(`> ${MOTTO}`);
  });

  it.each(files.map(({ path, text }) => [path, text]))('%s has no broken link to a file or heading', (path, text) => {
    const broken = listLocalLinks(text).filter((target) => {
      const [file = '', anchor] = target.split('#');
      const place = file === '' ? path : normalize(join(dirname(path), decodeURIComponent(file)));
      if (place.startsWith('..') || !existsSync(join(repository, place))) return true;
      const linked = files.find((candidate) => candidate.path === place);
      return anchor !== undefined && linked !== undefined && !listAnchors(splitMarkdown(linked.text).prose).has(anchor);
    });
    expect(broken).toEqual([]);
  });
});

describe('what finds broken links', () => {
  it('reads links, images and references, and leaves code alone', () => {
    const text =
      '[a](a.md#b) ![p](<p.png> "title")\n`[no](code.md)`\n```ts\n[no](block.md)\n```\n[r]: ../r.md\n[web](https://example.org) [mail](mailto:a@b.c)';
    expect(listLocalLinks(text)).toEqual(['a.md#b', 'p.png', '../r.md']);
  });

  it('knows the anchors of headings', () => {
    expect([...listAnchors('# A `b` [c](d)!\n## Same\n## Same\n### Sätze, lang')]).toEqual(['a-b-c', 'same', 'same-1', 'sätze-lang']);
  });
});
