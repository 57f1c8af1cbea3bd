import { isIdentifier } from './parse-signature.js';
import { isReservedPackageName } from './reserved-words.js';

/**
 * Makes a package name of a project's name: lower case, words joined by underscores, at most 60 characters, valid as an identifier and free in the
 * language. Examples: `Word counter` gives `word_counter`, `3D viewer` gives `project_3d_viewer`, `Calendar` in Python gives `calendar_project`.
 *
 * @public
 */
export function makePackageName(name: string, language: string): string {
  const plain = name.slice(0, 1_000).normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const joined = plain
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== '')
    .join('_')
    .slice(0, 51)
    .replace(/_$/, '');
  if (joined === '') return 'project';
  const valid = /^[0-9]/.test(joined) ? `project_${joined}` : joined;
  return isReservedPackageName(valid, language) || !isIdentifier(valid) ? `${valid}_project` : valid;
}
