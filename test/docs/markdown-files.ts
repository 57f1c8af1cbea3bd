import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

/** A Markdown file of the repository. */
export interface MarkdownFile {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
}

/** A fenced block of code. */
export interface CodeBlock {
  /** What follows the fence. Example: `ts check name=workflows.ts`. */
  readonly info: string;
  readonly code: string;
  /** Line of the first line of code, from 1. */
  readonly line: number;
}

/** Every Markdown file that is tracked, or new and not ignored: what a commit of everything would hold. */
export function listMarkdownFiles(): readonly MarkdownFile[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate', '*.md'], { cwd: repository });
  const deleted = new Set(split(execFileSync('git', ['ls-files', '-z', '--deleted', '*.md'], { cwd: repository })));
  return split(listed)
    .filter((path) => !deleted.has(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(repository, path), 'utf8') }));
}

/** The fenced blocks of a document, first to last; the text between them is in `prose`, line for line, with the blocks left blank. */
export function splitMarkdown(text: string): { readonly blocks: readonly CodeBlock[]; readonly prose: string } {
  const blocks: CodeBlock[] = [];
  const prose: string[] = [];
  let open: { readonly fence: string; readonly info: string; readonly line: number; readonly lines: string[] } | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    if (open === null && fence !== null) open = { fence: fence[1]!, info: fence[2]!.trim(), line: index + 2, lines: [] };
    else if (open !== null && fence !== null && fence[1]!.startsWith(open.fence) && fence[2]!.trim() === '') {
      blocks.push({ info: open.info, code: open.lines.join('\n'), line: open.line });
      open = null;
    } else if (open !== null) open.lines.push(line);
    prose.push(open === null && fence === null ? line : '');
  }
  return { blocks, prose: prose.join('\n') };
}

/** Anchors that GitHub gives the headings of a document. */
export function listAnchors(prose: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading] of prose.matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const base = heading!
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
    let anchor = base;
    for (let number = 1; anchors.has(anchor); number += 1) anchor = `${base}-${number}`;
    anchors.add(anchor);
  }
  return anchors;
}

function split(output: Buffer): readonly string[] {
  return output
    .toString('utf8')
    .split('\0')
    .filter((path) => path !== '');
}
