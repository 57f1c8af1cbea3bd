import type { SourceFile } from '../ports/source-file.js';

/** In which a linter finds something to say of a file. */
const TEXT = 'import os\nx = 1 \n';
const DEEP = 20_000;

const hostile: readonly (readonly [name: string, path: string, text: string])[] = [
  ['paths that reach prototypes', '__proto__', TEXT],
  ['paths that lead out of the project', '../up', TEXT],
  ['paths of several lines', 'two\nlines\u001b[2J\u2028', TEXT],
  ['files without text', 'empty', ''],
  ['control characters', 'controls', '\u0000\u001b[2J\r\u0085\u2028'],
  ['a lone surrogate', 'surrogate', '\ud800'],
  ['a megabyte on one line', 'line', 'x'.repeat(1_000_000)],
  ['20,000 brackets inside each other', 'deep', `${'['.repeat(DEEP)}${']'.repeat(DEEP)}\n`],
];

/** Files that no instrument may be broken by, of each extension, under what is hostile about them; the last are all of them together. */
export function hostileFiles(extensions: readonly string[]): readonly (readonly [name: string, files: readonly SourceFile[]])[] {
  const kinds = hostile.map(([name, path, text]) => [name, extensions.map((extension) => ({ path: `${path}${extension}`, text }))] as const);
  return [...kinds, ['all of that', kinds.flatMap(([, files]) => files)]];
}
