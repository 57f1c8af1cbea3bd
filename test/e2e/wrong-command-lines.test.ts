import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kamachiq } from '../support/command-line.js';
import { expectRefusal } from '../support/expect-refusal.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-e2e-wrong-'));
});
afterAll(async () => {
  const left = await readdir(folder);
  await rm(folder, { recursive: true, force: true });
  expect(left).toEqual([]);
});

const command = (...words: readonly string[]) => kamachiq({ cwd: folder }, ...words);

describe('a command line that is wrong', () => {
  const help = (path: string) => `\`${path} --help\` says what it takes. (cli.usage)`;

  it.concurrent.each([
    [['bogus'], /^kamachiq: unknown command 'bogus'\. /, 'kamachiq'],
    [['sumbit'], /^kamachiq: unknown command 'sumbit' \(Did you mean submit\?\)\. /, 'kamachiq'],
    [['\u001b[31mbogus\u202e'], /^kamachiq: unknown command ' \[31mbogus '\. /, 'kamachiq'],
    [['status'], /^kamachiq status: missing required argument 'id'\. /, 'kamachiq status'],
    [['status', 'a', 'b'], /^kamachiq status: too many arguments /, 'kamachiq status'],
    [['submit'], /^kamachiq submit: required option '--project-spec <file>' not specified\. /, 'kamachiq submit'],
    [['submit', '--project-spec', ''], /not empty\. /, 'kamachiq submit'],
    [['submit', '--project-spec', 'good.yaml', '--seed', 'abc'], /'abc' is invalid\. Expected a whole number of at least 0\. /, 'kamachiq submit'],
    [['demo', '--output', ''], /not empty\. /, 'kamachiq demo'],
    [['dev', '--port', '70000'], /'70000' is invalid\. Expected a port/, 'kamachiq dev'],
    [['dev', '--unknown'], /^kamachiq dev: unknown option '--unknown'\. /, 'kamachiq dev'],
    [['graph'], /^kamachiq graph: missing required argument 'file'\. /, 'kamachiq graph'],
    [['graph', 'x', '--format', 'png'], /'png' is invalid\. Allowed choices are svg, mermaid, dot, json\. /, 'kamachiq graph'],
    [['graph', 'x', '--output', ''], /not empty\. /, 'kamachiq graph'],
    [
      ['set-concurrency', 'x', 'zero', '--reason', 'y'],
      /'zero' is invalid for argument 'number'\. Expected a whole number of at least 1\. /,
      'kamachiq set-concurrency',
    ],
    [
      ['set-concurrency', 'x', '0', '--reason', 'y'],
      /'0' is invalid for argument 'number'\. Expected a whole number of at least 1\. /,
      'kamachiq set-concurrency',
    ],
    [
      ['raise-budget', 'x', '--tokens', '5', '--dollars', '0.0000001', '--reason', 'y'],
      /'0\.0000001' is invalid\. Expected at least a millionth of a dollar, or 0\. /,
      'kamachiq raise-budget',
    ],
    [['review', 'approve', 'x', '--manifest', 'abc'], /Expected 64 hexadecimal digits/, 'kamachiq review approve'],
  ] as const)('is told in one line: %j', async (words, message, path) => {
    const run = await command(...words);
    expectRefusal(run, 'cli.usage');
    expect(run.stderr).toMatch(message);
    expect(run.stderr).toContain(help(path));
  });

  it.concurrent.each([
    [[], 'kamachiq'],
    [['review'], 'kamachiq review'],
  ] as const)('that names no command is told which there are: %j', async (words, path) => {
    const { exitCode, stdout, stderr } = await command(...words);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: [\s\S]*\nCommands:\n/);
    expect(stderr.endsWith(`${path}: a command is missing. ${help(path)}\n`)).toBe(true);
  });

  it.concurrent.each([[['--help']], [['review', 'show', '--help']], [['--version']]])('is not one that asks for help: %j', async (words) => {
    expect(await command(...words)).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^(Usage: |\d+\.\d+\.\d+\n$)/), stderr: '' });
  });

  it.concurrent.each([
    ['nothing.yaml', /^nothing\.yaml: expected a file, got nothing of that name\. /],
    ['.', /^\.: expected a file, got a directory\. /],
  ])('names a spec that is no file: %s', async (path, message) => {
    const run = await command('submit', '--project-spec', path);
    expectRefusal(run, 'spec.invalid');
    expect(run.stderr).toMatch(message);
  });

  it.concurrent.each([
    ['report', ['report', 'any'], 'http://localhost:7233'],
    ['status', ['status', 'any'], ':::'],
    ['worker', ['worker'], '127.0.0.1:99999'],
  ] as const)('has an address that is none: %s', async (_name, words, wrong) => {
    expectRefusal(await command(...words, '--address', wrong), 'cli.invalid-address');
  });
});
