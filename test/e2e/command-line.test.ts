import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProjectReport } from 'kamachiq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROKEN_SPECS } from '../support/broken-specs.js';
import { kamachiq, MAIN, RunningCommand } from '../support/command-line.js';
import { type ProgramRun, runProgram } from '../support/run-program.js';
import { until } from '../support/until.js';

const ROOT_ON_LINUX = process.platform === 'linux' && process.getuid?.() === 0;

let folder: string;
let server: RunningCommand;
let worker: RunningCommand;
let address: string;
let web: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-e2e-commands-'));
  await writeFile(join(folder, 'good.yaml'), spec('42'));
  await writeFile(join(folder, 'disputed.yaml'), spec('43'));
  await writeFile(join(folder, 'impossible.yaml'), IMPOSSIBLE);
  await writeFile(join(folder, 'poor.yaml'), POOR);
  server = new RunningCommand({ cwd: folder }, 'dev', '--port', '0', '--ui-port', '0');
  [, address, web] = (await server.says(/Temporal server (\S+), Web UI (\S+?)\. Ctrl-C/)) as unknown as [string, string, string];
  worker = new RunningCommand({ cwd: folder }, 'worker', '--address', address);
  await worker.says(/worker on/);
});
afterAll(async () => {
  await worker?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** One function that any model can write, and what the program must print for it. */
const spec = (printed: string) => `
name: Steps
goals: [A command line program counts on.]
budget_total: 20000
functions:
  - signature: "increase(number: int) -> int"
    sentence: Return the number plus one.
    examples:
      - { arguments: [1], returns: 2 }
      - { arguments: [-1], returns: 0 }
      - { arguments: [41], returns: 42 }
acceptance:
  - { run: [increase, "41"], stdout: "${printed}" }
`;

/** Examples that no rule connects; tokens for a few candidates. */
const IMPOSSIBLE = `
name: Riddle
goals: [A function nobody can guess.]
budget_total: 2000
tasks:
  - id: guess
    type: code
    description: Write the function guess.
    estimated_tokens: 500
    template: python-function
    writes: [riddle/guess.py]
    inputs:
      package: riddle
      usedFunctions: []
      function:
        name: guess
        parameters: [{ name: number, type: int }]
        returns: int
        sentence: Return the answer.
        uses: []
        examples:
          - { arguments: [17], returns: 90210 }
          - { arguments: [18], returns: -4 }
          - { arguments: [19], returns: 31415 }
`;

/** No tokens to ask a model for a plan. */
const POOR = `
name: Poor
goals: [A command line program doubles numbers.]
budget_total: 150
acceptance:
  - { run: [double, "4"], stdout: "8" }
`;

const command = (...words: readonly string[]): Promise<ProgramRun> => kamachiq({ cwd: folder }, ...words);
const onServer = (name: string, ...words: readonly string[]) => command(...name.split(' '), '--address', address, ...words);

async function submit(...words: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await onServer('submit', ...words);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout.trim();
}

/** One clear line on standard error with the code of what is wrong; nothing else, no stack. */
function expectRefusal({ exitCode, stdout, stderr }: ProgramRun, code: string, lines = 1) {
  expect(stderr).toMatch(new RegExp(`\\(${code.replace('.', '\\.')}\\)\n$`));
  expect(stderr.trim().split('\n').length).toBe(lines);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
}

async function expectEmpty(path: string) {
  expect(await readdir(path)).toEqual([]);
}

/** A folder of its own to run in, with temporary files there too. */
async function emptyPlace(name: string, env: NodeJS.ProcessEnv = {}) {
  const cwd = join(folder, name);
  const temporary = join(folder, `${name}-tmp`);
  await mkdir(cwd);
  await mkdir(temporary);
  return { cwd, temporary, env: { ...env, TMPDIR: temporary } };
}

describe('a project, step by step', () => {
  let projectId: string;

  it('has a server with a Web UI', async () => {
    expect((await fetch(web)).status).toBe(200);
  });

  it('is submitted, watched, and approved', async () => {
    const { exitCode, stdout, stderr } = await onServer('submit', '--project-spec', 'good.yaml', '--seed', '3', '--watch');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    projectId = stdout.split('\n')[0]!;
    expect(projectId).toMatch(/^steps-[0-9a-f]{8}$/);
    expect(stdout).toMatch(/ {2}implement-increase: attempt 1\n/);
    expect(stdout).toMatch(/ {2}implement-increase: succeeded, \d+ tokens, score [01]\.\d\d\n/);
    expect(stdout).toMatch(/\napproved: .*\n$/);
  }, 120_000);

  it('has a status for people and one for programs', async () => {
    const shown = await onServer('status', projectId);
    expect(shown).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(/implement-increase +succeeded[\s\S]*approved: /) });
    // Nobody looks: no colours.
    expect(shown.stdout).not.toContain('\u001b');
    const { stdout } = await onServer('status', projectId, '--json');
    expect(stdout).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(stdout)).toMatchObject({ projectId, phase: 'ended', result: { status: 'approved' }, budget: { held: 0 } });
  });

  it('has a report, written once', async () => {
    const written = await onServer('report', projectId, '--output', 'result');
    expect(written).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(/^approved: /) });
    expect((await readdir(join(folder, 'result'))).sort()).toEqual(['project', 'report.html', 'report.json', 'report.md']);
    const before = await readFile(join(folder, 'result', 'report.json'), 'utf8');
    expect(JSON.parse(before)).toMatchObject({ projectId, seed: 3, status: 'approved' });

    expectRefusal(await onServer('report', projectId, '--output', 'result'), 'export.exists');
    expect(await readFile(join(folder, 'result', 'report.json'), 'utf8')).toBe(before);
    expect((await readdir(folder)).filter((name) => name.startsWith('result'))).toEqual(['result']);
  });

  it('keeps its id to itself, also when it has ended', async () => {
    expectRefusal(await onServer('submit', '--project-spec', 'good.yaml', '--id', projectId), 'client.already-started');
  });

  it('is not half-written where its report does not fit', async () => {
    const limited = `ulimit -f 8; exec "$0" "$@"`;
    const words = ['report', projectId, '--address', address, '--output', 'limited/result'];
    expectRefusal(await runProgram('/bin/sh', ['-c', limited, process.execPath, MAIN, ...words], { cwd: folder }), 'export.unwritable');
    await expect(readdir(join(folder, 'limited'))).rejects.toThrow('ENOENT');
    await writeFile(join(folder, 'occupied'), '');
    expectRefusal(await onServer('report', projectId, '--output', 'occupied/result'), 'cli.unwritable');
    expect(await readFile(join(folder, 'occupied'), 'utf8')).toBe('');
  });

  describe.runIf(ROOT_ON_LINUX)('on a full disk [needs root]', () => {
    const mount = () => join(folder, 'disk');
    beforeAll(async () => {
      await mkdir(mount());
      const { exitCode, stderr } = await runProgram('mount', ['-t', 'tmpfs', '-o', 'size=24k', 'tmpfs', mount()], { cwd: folder });
      if (exitCode !== 0) throw new Error(stderr);
    });
    afterAll(() => runProgram('umount', [mount()], { cwd: folder }));

    it('leaves nothing of a report', async () => {
      expectRefusal(await onServer('report', projectId, '--output', join(mount(), 'result')), 'export.unwritable');
      await expectEmpty(mount());
    });
  });
});

describe('what a person decides', () => {
  const waiting = async (id: string) => {
    const { reviews } = JSON.parse((await onServer('status', id, '--json')).stdout) as { readonly reviews: readonly string[] };
    return reviews[0];
  };
  const ended = (id: string) =>
    until(async () => {
      const project = JSON.parse((await onServer('status', id, '--json')).stdout) as { phase: string; result: { status: string; reason: string } };
      return project.phase === 'ended' ? project.result : null;
    });

  it('approves a project that failed its acceptance checks', async () => {
    const id = await submit('--project-spec', 'disputed.yaml', '--id', 'disputed');
    const review = await until(() => waiting(id));
    const list = await onServer('review list');
    expect(list.stdout).toContain(`${review}\n  project ${id}, since `);
    expect(list.stdout).toContain('increase 41');
    const decided = await onServer('review approve', review, '--reviewer', 'Ada', '--comment', 'Good enough.');
    expect(decided).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(/^approve by Ada at \d{4}-/) });
    expect(await ended(id)).toEqual(
      expect.objectContaining({ status: 'approved', reason: expect.stringContaining('Approved by Ada: Good enough.') }),
    );
    expectRefusal(await onServer('review reject', review), 'review.refused');
    expect((await onServer('review list')).stdout).toBe('Nothing waits for a person.\n');
  }, 120_000);

  it('rejects a task that no candidate solved', async () => {
    const id = await submit('--project-spec', 'impossible.yaml', '--id', 'impossible');
    const review = await until(() => waiting(id));
    expect((await onServer('review list')).stdout).toContain(`task guess of ${id}`);
    expect(await onServer('review reject', review)).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^reject by \S+ at /) });
    expect(await ended(id)).toMatchObject({ status: expect.stringMatching(/^(failed|budget-exhausted)$/) });
    const written = await onServer('report', id);
    expect(written).toMatchObject({ exitCode: 0, stderr: '' });
    const report = JSON.parse(await readFile(join(folder, 'kamachiq-output', id, 'report.json'), 'utf8')) as ProjectReport;
    expect(report.budget.spent).toBeLessThanOrEqual(report.budget.total);
    expect(report.reason).toContain('Rejected by');
  }, 120_000);
});

describe('a project that can not be planned', () => {
  it('ends with a report that says why', async () => {
    const watched = await onServer('submit', '--project-spec', 'poor.yaml', '--id', 'poor', '--watch');
    expect(watched).toMatchObject({ exitCode: 1, stderr: '', stdout: expect.stringMatching(/\nfailed: .*planning\.no-plan.*tokens/) });
    expect(await onServer('report', 'poor', '--output', 'poor')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(await readFile(join(folder, 'poor', 'report.json'), 'utf8'))).toMatchObject({ status: 'failed', tasks: [], files: [] });
  });
});

describe('a broken spec', () => {
  it.each(BROKEN_SPECS)('with $name is refused with everything that is wrong, and nothing starts', async ({ text, findings }) => {
    const place = await emptyPlace(`broken-${findings.length}-${text.length}`);
    await writeFile(join(folder, 'broken.yaml'), text);
    for (const words of [
      ['submit', '--address', address, '--id', 'broken'],
      ['demo', '--json'],
    ]) {
      const refused = await kamachiq(place, ...words, '--project-spec', '../broken.yaml');
      expectRefusal(refused, 'spec.invalid', findings.length + 2);
      const [heading, ...lines] = refused.stderr.split('\n');
      expect(heading).toBe(`../broken.yaml has ${findings.length} ${findings.length === 1 ? 'problem' : 'problems'}`);
      for (const [index, finding] of findings.entries()) expect(lines[index]).toMatch(finding);
    }
    await expectEmpty(place.cwd);
    await expectEmpty(place.temporary);
    expectRefusal(await onServer('status', 'broken'), 'client.not-found');
  });
});

describe('a command without what it needs', () => {
  /** The program alone, so that nothing else is found on the PATH. */
  const BARE_PATH = '/nowhere';

  // Each only waits for the same few seconds.
  it.concurrent.each([
    ['submit', ['submit', '--project-spec', '../good.yaml']],
    ['status', ['status', 'any']],
    ['report', ['report', 'any']],
    ['review', ['review', 'list']],
    ['worker', ['worker']],
  ])('%s says that there is no server', async (name, words) => {
    const place = await emptyPlace(`no-server-${name}`);
    // Port 9, discard: nobody listens there.
    expectRefusal(await kamachiq(place, ...words, '--address', '127.0.0.1:9'), 'cli.no-server');
    await expectEmpty(place.cwd);
    await expectEmpty(place.temporary);
  });

  it.each([
    ['names a file that is not there', { KAMACHIQ_MODEL_FILE: '/nowhere/model.gguf' }, 'model.file-unreadable'],
    ['is empty, and so is the cache', { KAMACHIQ_MODEL_FILE: '', KAMACHIQ_CACHE: '/nowhere' }, 'cli.no-model'],
  ])('says that there is no model where the environment %s', async (name, env, code) => {
    const place = await emptyPlace(`no-model-${name.length}`, { ...env, OPENAI_BASE_URL: undefined, KAMACHIQ_MODEL: undefined });
    expectRefusal(await kamachiq(place, 'worker', '--address', address), code);
    expectRefusal(await kamachiq(place, 'demo', '--json'), code);
    await expectEmpty(place.cwd);
    await expectEmpty(place.temporary);
  });

  it.each([
    ['on the PATH', { KAMACHIQ_TEMPORAL_SERVER: '', PATH: BARE_PATH }],
    ['where the environment says', { KAMACHIQ_TEMPORAL_SERVER: '/nowhere/temporal' }],
  ])('says that there is no Temporal CLI %s', async (name, env) => {
    const place = await emptyPlace(`no-temporal-${name.length}`, { KAMACHIQ_CACHE: '/nowhere', ...env });
    expectRefusal(await kamachiq(place, 'dev', '--port', '0', '--ui-port', '0'), 'cli.no-temporal');
    expectRefusal(await kamachiq(place, 'demo', '--json'), 'cli.no-temporal');
    await expectEmpty(place.cwd);
    await expectEmpty(place.temporary);
  });

  it('says that a port is taken', async () => {
    const place = await emptyPlace('port-taken');
    const taken = await listen();
    try {
      const { port } = taken.address() as { readonly port: number };
      expectRefusal(await kamachiq(place, 'dev', '--port', `${port}`, '--ui-port', '0'), 'cli.port-taken');
      expectRefusal(await kamachiq(place, 'dev', '--port', '0', '--ui-port', `${port}`), 'cli.port-taken');
      expect(await kamachiq(place, 'dev', '--port', '70000')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('70000') });
    } finally {
      taken.close();
    }
    await expectEmpty(place.cwd);
  });

  it('says that the output can not be written, before anything starts', async () => {
    const place = await emptyPlace('unwritable');
    await writeFile(join(place.cwd, 'file'), '');
    expectRefusal(await kamachiq(place, 'demo', '--json', '--output', 'file/deep/folder'), 'cli.unwritable');
    expect(await readdir(place.cwd)).toEqual(['file']);
    await expectEmpty(place.temporary);
  });

  it('says that a project, a review or a namespace is unknown', async () => {
    expectRefusal(await onServer('status', 'unknown'), 'client.not-found');
    expectRefusal(await onServer('report', 'unknown'), 'client.not-found');
    expectRefusal(await onServer('review approve', 'unknown'), 'client.not-found');
    const { exitCode, stdout, stderr } = await onServer('submit', '--project-spec', 'good.yaml', '--namespace', 'unknown');
    expect({ exitCode, stdout, lines: stderr.trim().split('\n').length }).toEqual({ exitCode: 1, stdout: '', lines: 1 });
    expect(stderr).toContain('unknown');
  });

  it('says what it takes', async () => {
    for (const words of [['bogus'], ['status'], ['submit'], ['demo', '--seed', 'x'], ['dev', '--unknown']]) {
      expect(await command(...words)).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringMatching(/^error: .*\n\nUsage: /) });
    }
  });
});

describe('server and worker', () => {
  it('say that no worker answers, and end on Ctrl-C', { timeout: 120_000 }, async () => {
    expect(await worker.interrupt()).toBe(0);
    expectRefusal(await onServer('status', 'disputed'), 'client.no-worker');
    expect(await server.interrupt()).toBe(0);
    expect({ server: server.stderr, worker: worker.stderr }).toEqual({ server: '', worker: '' });
  });
});

function listen(): Promise<Server> {
  return new Promise((resolve) => {
    const taken = createServer().listen(0, '127.0.0.1', () => resolve(taken));
  });
}
