import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkApiReports } from './api-reports.mjs';
import { buildPackages } from './build.mjs';
import { listBuildTargets } from './build-targets.mjs';
import { createReporter } from './reporter.mjs';
import { runProcess } from './run-process.mjs';
import { SetupError } from './setup-error.mjs';
import { checkWorkflowBundle } from './workflow-bundle-size.mjs';

/**
 * What must hold before a change lands, in the order in which it is checked. Each gate answers whether it holds and prints why not.
 *
 * @param {string} root
 * @param {{ update: boolean }} options `update` rewrites the API reports in `etc/` instead of comparing with them.
 * @returns {{ name: string, hold: () => Promise<boolean>, others?: 'depend on it' }[]}
 */
export function listGates(root, { update }) {
  const node = (...programArguments) => runProcess(process.execPath, programArguments, { cwd: root }).then((code) => code === 0);
  const tool = (path, ...programArguments) => node(join(root, 'node_modules', path), ...programArguments);
  const packages = () => listBuildTargets(root).map((target) => target.directory);
  const forEachPackage = async (check) => {
    let holds = true;
    for (const directory of packages()) holds = (await check(directory)) && holds;
    return holds;
  };
  const typeScript = 'typescript/bin/tsc';
  return [
    { name: 'format and lint (biome)', hold: () => tool('@biomejs/biome/bin/biome', 'check', '--error-on-warnings') },
    { name: 'types (tsc)', hold: () => tool(typeScript, '-p', 'tsconfig.json') },
    { name: 'types of the core, without Node (tsc)', hold: () => tool(typeScript, '-p', 'tsconfig.core.json') },
    // Nobody but the benchmark of orchestration needs their packages: a clone that never ran it has no types to check against.
    ...(existsSync(join(root, 'bench', 'peers', 'node_modules'))
      ? [{ name: "types of the benchmark's peers (tsc)", hold: () => tool(typeScript, '-p', 'bench/peers/tsconfig.json') }]
      : []),
    { name: 'build with declarations (tsup)', hold: () => build(root), others: 'depend on it' },
    { name: 'reference documentation (typedoc)', hold: () => tool('typedoc/bin/typedoc') },
    { name: 'public API (api-extractor)', hold: () => checkApiReports(root, { update }) },
    { name: 'packages as published (publint)', hold: () => forEachPackage((directory) => tool('publint/src/cli.js', directory, '--strict')) },
    {
      name: 'types as resolved by hosts (attw)',
      hold: () => forEachPackage((directory) => tool('@arethetypeswrong/cli/dist/index.js', '--pack', directory, '--profile', 'esm-only')),
    },
    { name: 'unused files, exports and dependencies (knip)', hold: () => tool('knip/bin/knip.js') },
    { name: 'size of the workflow bundle', hold: () => checkWorkflowBundle(root) },
  ];
}

async function build(root) {
  try {
    const built = await buildPackages(root, { declarations: true, reporter: createReporter(process.stdout) });
    if (built.length === 0) console.log('nothing changed since the last build');
    return existsSync(join(root, 'dist'));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    for (const line of [...error.details, error.message]) console.log(line);
    return false;
  }
}
