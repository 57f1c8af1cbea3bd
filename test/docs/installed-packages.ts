import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository, splitMarkdown } from './markdown-files.js';

/**
 * Packages that the `npm install` commands of a document name, without their versions.
 *
 * @param path - From the repository's root.
 */
export function installedPackages(path: string): readonly string[] {
  const { blocks } = splitMarkdown(readFileSync(join(repository, path), 'utf8'));
  const commands = blocks.flatMap(({ info, code }) => (info === 'sh' ? code.split(/\n|&&/) : []));
  return commands.flatMap((command) => {
    const words = /^\s*npm install\s+([^#]*)/.exec(command)?.[1] ?? '';
    return words
      .split(/\s+/)
      .filter((word) => /^@?[a-z]/.test(word))
      .map((word) => word.replace(/(?<=.)@.*$/, ''));
  });
}
