/** Whether a path is another one, or lies in the folder of that name. */
export const isWithinPath = (path: string, asked: string): boolean => path === asked || path.startsWith(`${asked}/`);

/** Most paths are plain: words of ASCII letters joined by dots and slashes. What isn't is looked at part by part. */
const PLAIN = /^[\w\-+@]+(?:[./][\w\-+@]+)*$/;
const RESERVED = /(?:^|\/)(?:con|prn|aux|nul|com\d|lpt\d)(?:[./]|$)/i;

/**
 * Says what is wrong with a path that a model or a spec wrote, or null for one that stays inside a project on every system:
 * relative, parts of letters, digits and `. _ - + @ space`, no `..`, no part that starts or ends with a space or ends with a dot, at most 200 characters.
 *
 * @public
 */
export function findPathProblem(path: string): string | null {
  if (path.length <= 200 && PLAIN.test(path) && !RESERVED.test(path)) return null;
  if (path.length === 0 || path.length > 200) return `expected 1 to 200 characters, got ${path.length}`;
  for (const part of path.split('/')) {
    if (part === '') return 'expected a relative path without empty parts';
    if (part === '.' || part === '..') return 'expected a path without . and .. parts';
    if (!/^[\p{L}\p{N}._\-+@ ]+$/u.test(part) || /^ | $|\.$/.test(part)) return 'expected letters, digits and . _ - + @ between slashes';
    if (/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(part) || part.toLowerCase() === '.git')
      return `expected a name that every system allows, got ${part}`;
  }
  return null;
}
