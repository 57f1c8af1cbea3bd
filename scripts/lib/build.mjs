import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listBuildTargets } from './build-targets.mjs';
import { runCaptured } from './run-captured.mjs';
import { SetupError } from './setup-error.mjs';
import { hashSources } from './source-hash.mjs';

/**
 * Builds what changed since the last build, by the content of its sources.
 *
 * @param {string} root
 * @param {{ declarations: boolean, reporter: ReturnType<typeof import('./reporter.mjs').createReporter> }} options
 *   `declarations` also makes the .d.ts files; a build with them serves one without.
 * @returns {Promise<string[]>} Names of the packages that were built.
 * @throws {SetupError} With all the output of the first build that failed.
 */
export async function buildPackages(root, { declarations, reporter }) {
  const built = [];
  for (const target of listBuildTargets(root)) {
    const stamp = join(root, '.cache', 'build', `${target.name.replace('/', '__')}.stamp`);
    const hash = hashSources(root, target.sources);
    const outputs = [...target.entryFiles, ...(declarations ? target.declarationFiles : [])];
    const accepted = declarations ? [`${hash} with declarations\n`] : [`${hash}\n`, `${hash} with declarations\n`];
    if (existsSync(stamp) && accepted.includes(readFileSync(stamp, 'utf8')) && outputs.every((path) => existsSync(path))) continue;
    reporter.line(`building ${target.name}`);
    rmSync(stamp, { force: true });
    await runTsup(root, target, declarations);
    const missing = outputs.filter((path) => !existsSync(path));
    if (missing.length > 0) throw new SetupError(`The build of ${target.name} left out ${missing.join(', ')}, which its package.json promises.`);
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, accepted[0]);
    built.push(target.name);
  }
  return built;
}

async function runTsup(root, target, declarations) {
  // Here, for a target may be built in parts, and one part must not clean away another.
  rmSync(join(target.directory, 'dist'), { recursive: true, force: true });
  const tsup = join(root, 'node_modules', 'tsup', 'dist', 'cli-default.js');
  const { code, output } = await runCaptured(process.execPath, [tsup, declarations ? '--dts' : '--no-dts'], { cwd: target.directory });
  if (code !== 0) throw new SetupError(`The build of ${target.name} failed.`, { details: output.trimEnd().split('\n') });
}
