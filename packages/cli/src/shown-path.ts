import { isAbsolute, relative } from 'node:path';

/** A path as people read it: from where they stand, if it lies below. */
export function shownPath(path: string): string {
  const below = relative(process.cwd(), path);
  return below === '' || below.startsWith('..') || isAbsolute(below) ? path : below;
}
