/** Kills the worker of a project at 200 points, at as many as `--points N` says, at those that it names, or with `--full` at all; the last line is that of the tests. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runProcess } from './lib/run-process.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { points: { type: 'string', default: '200' }, full: { type: 'boolean', default: false } } });
const env = { ...process.env, KAMACHIQ_CHAOS_POINTS: values.full ? 'all' : values.points };
process.exitCode = await runProcess(process.execPath, [join(root, 'scripts', 'run-tests.mjs'), 'test/chaos'], { cwd: root, env });
