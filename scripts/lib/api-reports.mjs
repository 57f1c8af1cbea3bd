import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { MOTTO } from '../../src/report/motto.ts';
import { listBuildTargets } from './build-targets.mjs';

/**
 * Compares the public API of every entry point with its report in `etc/`, one report an entry point.
 *
 * @param {string} root
 * @param {{ update: boolean }} options `update` rewrites the reports.
 * @returns {Promise<boolean>} False when an API differs from its report or breaks a rule of api-extractor.
 */
export async function checkApiReports(root, { update }) {
  mkdirSync(join(root, 'etc'), { recursive: true });
  let holds = true;
  for (const target of listBuildTargets(root)) {
    for (const declarations of target.declarationFiles) {
      const name = nameReport(target.name, declarations);
      const { succeeded, report } = await extractReport(root, target.directory, declarations, name);
      const path = join(root, 'etc', `${name}.api.md`);
      if (update) writeFileSync(path, report);
      const matches = update || readText(path) === report;
      if (!matches) console.log(`${relative(root, path)} does not describe the API: run npm run check -- --update, and look at the change`);
      holds = holds && succeeded && matches;
    }
  }
  return holds;
}

async function extractReport(root, packageFolder, mainEntryPointFilePath, name) {
  const { Extractor, ExtractorConfig } = await import('@microsoft/api-extractor');
  const configObjectFullPath = join(root, 'api-extractor.json');
  const shared = ExtractorConfig.loadFile(configObjectFullPath);
  const folder = join(root, 'temp', 'api');
  const apiReport = { ...shared.apiReport, reportFolder: folder, reportTempFolder: join(folder, 'generated'), reportFileName: name };
  // Extracted anew each time and compared here: the reports in etc/ open with the motto, which api-extractor would take for a change.
  rmSync(join(folder, `${name}.api.md`), { force: true });
  mkdirSync(folder, { recursive: true });
  const config = ExtractorConfig.prepare({
    configObjectFullPath,
    packageJsonFullPath: join(packageFolder, 'package.json'),
    // tsdoc.json is looked for in the project folder: one for all packages.
    configObject: { ...shared, projectFolder: root, mainEntryPointFilePath, apiReport },
  });
  let problems = 0;
  const messageCallback = (message) => {
    message.handled = true;
    if (message.logLevel !== 'warning' && message.logLevel !== 'error') return;
    // That the report is new is no news: it is deleted above.
    if (message.messageId === 'console-api-report-created') return;
    problems += 1;
    console.log(message.formatMessageWithLocation(root));
  };
  Extractor.invoke(config, { localBuild: true, messageCallback });
  return { succeeded: problems === 0, report: `> ${MOTTO}\n\n${readText(join(folder, `${name}.api.md`))}` };
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** `kamachiq/worker` becomes `kamachiq-worker`; `@kamachiq/cli` becomes `kamachiq-cli-package`, which can't clash with an entry point. */
function nameReport(packageName, declarations) {
  const entry = basename(declarations, '.d.ts');
  const base = packageName.startsWith('@') ? `${packageName.slice(1).replace('/', '-')}-package` : packageName;
  return entry === 'index' ? base : `${base}-${entry}`;
}
