import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Everything that is built: the root package first, then each folder of `packages/` that has a tsup.config.ts.
 *
 * @param {string} root
 * @returns {{ name: string, directory: string, sources: string[], entryFiles: string[], declarationFiles: string[] }[]}
 */
export function listBuildTargets(root) {
  const packages = join(root, 'packages');
  const folders = existsSync(packages)
    ? readdirSync(packages)
        .sort()
        .map((name) => join(packages, name))
    : [];
  return [root, ...folders].filter((directory) => existsSync(join(directory, 'tsup.config.ts'))).map((directory) => describeTarget(root, directory));
}

function describeTarget(root, directory) {
  const { name, exports = {}, bin = {} } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const conditions = Object.values(exports).filter((target) => typeof target === 'object' && target !== null);
  const own = ['src', 'tsup.config.ts', 'package.json', 'tsconfig.json'].map((path) => join(directory, path));
  const shared = ['tsconfig.base.json', 'tsconfig.json', 'package-lock.json'].map((path) => join(root, path));
  const programs = typeof bin === 'string' ? [bin] : Object.values(bin);
  const at = (path) => join(directory, path);
  return {
    name,
    directory,
    sources: [...new Set([...own, ...shared])],
    entryFiles: [...conditions.map((target) => target.default).filter(Boolean), ...programs].map(at),
    declarationFiles: conditions
      .map((target) => target.types)
      .filter(Boolean)
      .map(at),
  };
}
