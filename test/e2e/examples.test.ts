import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pyodideSandbox } from '@kamachiq/sandbox';
import { type Check, type JsonValue, type ProjectReport, runChecks } from 'kamachiq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningCommand } from '../support/command-line.js';

const full = process.env.KAMACHIQ_TEST_FULL === '1';
const SEEDS = [3, 77, 1_000_003];

const returns = (module: string, given: readonly JsonValue[], value: JsonValue): Check => ({
  id: `${module}(${JSON.stringify(given)})`,
  description: `${module}(${JSON.stringify(given)}) returns ${value}`,
  invocation: { kind: 'call', module, function: module.slice(module.indexOf('.') + 1), arguments: given },
  expected: { kind: 'returns', value },
});

/** Specs that were written after the code and the templates, and what they never show. */
const EXAMPLES: readonly (readonly [file: string, hidden: readonly Check[]])[] = [
  [
    'unit_converter.yaml',
    [
      returns('unit_converter.celsius_to_fahrenheit', [-273.15], -459.67),
      returns('unit_converter.celsius_to_fahrenheit', [20], 68),
      returns('unit_converter.fahrenheit_to_celsius', [14], -10),
      returns('unit_converter.fahrenheit_to_celsius', [98.6], 37),
      returns('unit_converter.inches_to_centimetres', [0.5], 1.27),
      returns('unit_converter.miles_to_kilometres', [26.2], 42.1648128),
      returns('unit_converter.pounds_to_kilograms', [220], 99.7903214),
      returns('unit_converter.seconds_to_hours', [86_400], 24),
    ],
  ],
  [
    'word_counter.yaml',
    [
      returns('word_counter.count_words', ['one two\nthree\tfour'], 4),
      returns('word_counter.count_words', [' \n '], 0),
      returns('word_counter.count_characters', ['äöü 😀'], 5),
      returns('word_counter.count_lines', ['a\n\nb'], 3),
      returns('word_counter.count_lines', ['several words on one line'], 1),
      returns('word_counter.count_letter', ['Mississippi', 's'], 4),
      returns('word_counter.contains_word', ['one two three', 'two'], true),
      returns('word_counter.contains_word', ['one two three', 'thr'], false),
      returns('word_counter.contains_word', ['never', 'ever'], false),
    ],
  ],
];

const title = `a spec that the templates were not written for${full ? '' : ' [needs ten minutes: npm run test:full]'}`;
describe.runIf(full)(title, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kamachiq-e2e-examples-'));
  });
  const sandbox = pyodideSandbox();
  afterAll(async () => {
    await sandbox.doClose?.();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(EXAMPLES.flatMap(([file, hidden]) => SEEDS.map((seed) => ({ file, hidden, seed }))))(
    '$file with seed $seed is approved, and its code does what the spec never showed',
    async ({ file, hidden, seed }) => {
      const cwd = join(folder, `${file}-${seed}`);
      await mkdir(cwd);
      const spec = fileURLToPath(new URL(`../../examples/${file}`, import.meta.url));
      const command = new RunningCommand({ cwd }, 'demo', '--project-spec', spec, '--output', cwd, '--json', '--seed', String(seed));
      expect({ exitCode: await command.ended, stderr: command.stderr }).toEqual({ exitCode: 0, stderr: '' });
      const report = JSON.parse(await readFile(JSON.parse(command.stdout).report, 'utf8')) as ProjectReport;
      const project = join(cwd, report.projectId, 'project');
      const files = await Promise.all(report.files.map(async ({ path }) => ({ path, text: await readFile(join(project, path), 'utf8') })));
      const outcomes = await runChecks({ sandbox, language: 'python', files, checks: hidden, signal: new AbortController().signal });
      expect(outcomes.filter(({ passed }) => !passed)).toEqual([]);
    },
    900_000,
  );
});
