/**
 * Records histories of a version for test/replay: `node scripts/record-histories.mjs VERSION [test files]`. It runs the tests that bring about every
 * path through the workflows, and keeps what they leave only where all of them pass. docs/replay.md says when to record.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProcess } from './lib/run-process.mjs';

/** In the order of how much they show: what any of them brings about is recorded under the name of its test. */
const RECORDED_TESTS = [
  ...[
    'project-workflow',
    'project-endings',
    'branches-and-revisions',
    'after-a-failure',
    'lost-attempts',
    'control-through-the-client',
    'money',
    'orders',
    'optional-tasks',
    'leased-projects',
    'accounts-in-isolation',
    'failing-activities',
    'ended-from-outside',
    'continue-as-new',
    'small-history',
    'long-runs',
    'reviews-apart',
    'damaged-contents',
    'terminated-projects',
    'recorded-examples',
  ].map((name) => `test/integration/${name}.test.ts`),
  'test/e2e/killed-worker.test.ts',
];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [version, ...chosen] = process.argv.slice(2);
const problem = findProblem();
if (problem !== null) {
  console.error(problem);
  process.exitCode = 2;
} else process.exitCode = await record();

/** What is wrong with the command line, and what to do about it; null where nothing is. */
function findProblem() {
  const { version: present } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (version !== present)
    return `Expected the version that package.json has, ${present}: histories are of the code that makes them. Got ${version ?? 'none'}.`;
  if (readFileSync(join(root, 'CHANGELOG.md'), 'utf8').includes(`\n## [${version}]`))
    return `${version} is released: its histories stand for runs of our hosts, and are never recorded again. Raise the version in package.json first.`;
  const missing = chosen.find((file) => !existsSync(join(root, file)));
  return missing === undefined ? null : `Expected a test file, got ${missing}.`;
}

async function record() {
  const folder = join(root, 'test', 'replay', 'histories', version);
  const recorded = mkdtempSync(join(tmpdir(), 'kamachiq-histories-'));
  try {
    const env = { ...process.env, KAMACHIQ_RECORD_HISTORIES: recorded };
    const files = chosen.length > 0 ? chosen : RECORDED_TESTS;
    // All of them, also those that take long.
    const code = await runProcess(process.execPath, [join(root, 'scripts', 'bootstrap.mjs'), 'test', '--full', ...files], { cwd: root, env });
    if (code !== 0) {
      console.error('A test failed: nothing was recorded.');
      return code;
    }
    mkdirSync(folder, { recursive: true });
    const before = readdirSync(folder);
    const made = readdirSync(recorded);
    for (const name of made) copyFileSync(join(recorded, name), join(folder, name));
    const kept = before.filter((name) => !made.includes(name));
    for (const name of made) console.log(`${before.includes(name) ? 'again' : 'new'}: ${name}`);
    for (const name of kept) console.log(`as it was: ${name}`);
    console.log(`${made.length} recorded, ${kept.length} as they were, in test/replay/histories/${version}`);
    return 0;
  } finally {
    rmSync(recorded, { recursive: true, force: true });
  }
}
