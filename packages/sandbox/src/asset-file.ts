import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Path of a file that is shipped as it is, beside the sources and beside the built module alike.
 *
 * Without symbolic links: Node's permission model compares real paths.
 */
export function assetFile(name: 'runner.py' | 'pyodide-child.mjs'): string {
  return realpathSync(fileURLToPath(new URL(`./${name}`, import.meta.url)));
}
