import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { ProjectReport } from 'kamachiq';
import type { HumanReviewInput } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROKEN_SPECS } from '../support/broken-specs.js';
import { kamachiq, MAIN, RunningCommand } from '../support/command-line.js';
import { IMPOSSIBLE, LETTERS, POOR, spec } from '../support/command-line-specs.js';
import { expectRefusal } from '../support/expect-refusal.js';
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
  // As some editors save it.
  await writeFile(join(folder, 'poor.yaml'), `\ufeff${POOR}`);
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

const command = (...words: readonly string[]): Promise<ProgramRun> => kamachiq({ cwd: folder }, ...words);
const onServer = (name: string, ...words: readonly string[]) => command(...name.split(' '), '--address', address, ...words);

async function submit(...words: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await onServer('submit', ...words);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout.trim();
}

/** Every file below a folder, by path. */
async function filesIn(root: string): Promise<readonly { readonly path: string; readonly bytes: number }[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const described = await Promise.all(files.map(async (file) => ({ path: relative(root, file), bytes: (await stat(file)).size })));
  return described.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** As many at once as the machine has cores. */
async function inPairs<Value>(work: readonly (() => Promise<Value>)[]): Promise<readonly Value[]> {
  const done: Value[] = [];
  for (let at = 0; at < work.length; at += 2) done.push(...(await Promise.all(work.slice(at, at + 2).map((start) => start()))));
  return done;
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
    // Nobody looks: no colours, and nothing is cut.
    expect(shown.stdout).not.toContain('\u001b');
    expect(shown.stdout).toMatch(/^makespan .*; Graham's bound [\d.]+ (ms|s)$/m);
    const { stdout } = await onServer('status', projectId, '--json');
    expect(stdout).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(stdout)).toMatchObject({ projectId, phase: 'ended', result: { status: 'approved' }, budget: { held: 0 } });
  });

  it('has a report, written once', async () => {
    const written = await onServer('report', projectId, '--output', 'result/');
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
  const watching: RunningCommand[] = [];
  afterAll(() => Promise.all(watching.map((command) => command.stop())));

  /** Starts a project and watches it until it asks a person. */
  async function submitUntilReview(...words: readonly string[]): Promise<{ readonly watched: RunningCommand; readonly review: string }> {
    const watched = new RunningCommand({ cwd: folder }, 'submit', '--address', address, '--watch', ...words);
    watching.push(watched);
    const [, review] = await watched.says(/a person is asked: kamachiq review show (\S+)\n/);
    return { watched, review: review! };
  }

  it('approves a project that failed its acceptance checks', async () => {
    const id = 'disputed';
    const { watched, review } = await submitUntilReview('--project-spec', 'disputed.yaml', '--id', id);
    const list = await onServer('review list');
    expect(list.stdout).toContain(`${review}\n  project ${id}, since `);
    expect(list.stdout).toContain('increase 41');
    expectRefusal(await onServer('report', id), 'cli.still-running');

    const shown = await onServer('review show', review, '--output', 'reviewed/');
    expect(shown).toMatchObject({ exitCode: 0, stderr: '' });
    const [, manifest] = /^ {2}manifest ([0-9a-f]{64})$/m.exec(shown.stdout)!;
    expect(list.stdout).toContain(`\n  manifest ${manifest}\n`);
    expect(shown.stdout).toContain('increase 41');
    expect(shown.stdout).toMatch(/ Score [01]\.\d\d, needed more than 0\.8\.\n/);
    const listed = [...shown.stdout.matchAll(/^ {2}(\S+) +(\d+) bytes {2}(.+)$/gm)].map(([, path, bytes, maker]) => ({ path, bytes, maker }));
    expect(listed).toContainEqual({
      path: 'steps/increase.py',
      bytes: expect.any(String),
      maker: expect.stringMatching(/^local\/.*, candidate \d+$/),
    });
    expect(listed).toContainEqual({ path: 'README.md', bytes: expect.any(String), maker: 'template python-readme/1' });
    const written = await filesIn(join(folder, 'reviewed'));
    expect(written.map(({ path, bytes }) => ({ path, bytes: `${bytes}` }))).toEqual(listed.map(({ path, bytes }) => ({ path, bytes })));
    expectRefusal(await onServer('review approve', review, '--manifest', '0'.repeat(64)), 'review.refused');
    // Refused before anything is shown twice: what was written stays as it was.
    const again = await onServer('review show', review, '--output', 'reviewed');
    expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('(export.exists)') });
    expect(await filesIn(join(folder, 'reviewed'))).toEqual(written);
    const elsewhere = await onServer('review show', review, '--artifacts', 'nothing-here');
    expect(elsewhere).toMatchObject({
      exitCode: 2,
      stdout: expect.stringContaining(manifest!),
      stderr: expect.stringContaining('(artifact.missing)'),
    });

    const decided = await onServer('review approve', review, '--manifest', manifest!.toUpperCase(), '--reviewer', 'Ada', '--comment', 'Good enough.');
    expect(decided).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(/^approve by Ada at \d{4}-/) });
    expect(await watched.ended).toBe(0);
    expect(watched.stdout).toMatch(/\napproved: .* Approved by Ada: Good enough\.\n$/);
    expectRefusal(await onServer('review reject', review), 'review.refused');
    expect((await onServer('review show', review)).stdout).toMatch(/\n {2}decided: approve by Ada at \S+: Good enough\.\n/);
    expect((await onServer('review list')).stdout).toBe('Nothing waits for a person.\n');
  }, 120_000);

  it('rejects a task that no candidate solved', async () => {
    const id = 'impossible';
    const { watched, review } = await submitUntilReview('--project-spec', 'impossible.yaml', '--id', id);
    expect((await onServer('review list')).stdout).toContain(`task guess of ${id}`);
    expect(await onServer('review reject', review)).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^reject by \S+ at /) });
    expect(await watched.ended).toBe(1);
    expect(watched.stdout).toMatch(/\n(failed|budget-exhausted): /);
    const written = await onServer('report', id);
    expect(written).toMatchObject({ exitCode: 0, stderr: '' });
    const report = JSON.parse(await readFile(join(folder, 'kamachiq-output', id, 'report.json'), 'utf8')) as ProjectReport;
    expect(report.budget.spent).toBeLessThanOrEqual(report.budget.total);
    expect(report.reason).toContain('Rejected by');
  }, 120_000);
});

describe('what a model wrote', () => {
  it('reaches a terminal as plain text', async () => {
    const review = await startReview('kamachiq', 'a\u001b]0;title\u0007b\u009b2Jc\u202ed\r\ne\u{e0041}f');
    const list = await until(async () => {
      const run = await onServer('review list');
      return run.stdout.includes(review) && run;
    });
    const shown = await onServer('review show', review);
    expect(shown.stderr).toContain('(artifact.missing)');
    expectRefusal(await onServer('review reject', review, '--reviewer', 'Ada\u001b[2J'), 'review.refused');
    const decided = await onServer('review reject', review, '--reviewer', 'Ada\u202eadA', '--comment', '\u001b[2J');
    expect((await onServer('review show', review)).stdout).toContain('decided: reject by Ada adA');
    for (const { stdout } of [list, shown, decided, await onServer('review show', review)]) {
      expect(stdout.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e\u{e0041}]/u);
    }
    expect(list.stdout).toContain('a ]0;title b 2Jc d  e f');
    expect(shown.stdout).toContain('a ]0;title b 2Jc d  e f');
  });
});

describe('a project that is ended from outside', () => {
  it('has a report when it was cancelled, and none when it was terminated', async () => {
    const connection = await Connection.connect({ address });
    try {
      const { workflow } = new Client({ connection });
      await submit('--project-spec', 'good.yaml', '--id', 'cancelled');
      await workflow.getHandle('cancelled').cancel();
      await until(async () => (JSON.parse((await onServer('status', 'cancelled', '--json')).stdout) as { phase: string }).phase === 'ended');
      expect(await onServer('report', 'cancelled')).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(/^cancelled: /) });
      await submit('--project-spec', 'good.yaml', '--id', 'terminated');
      await workflow.getHandle('terminated').terminate('for this test');
      const refused = await onServer('report', 'terminated');
      expectRefusal(refused, 'cli.no-report');
      expect(refused.stderr).toContain('for this test');
    } finally {
      await connection.close();
    }
  });
});

describe('a plan that is changed while it is carried out', () => {
  it('takes what fits, refuses what does not with every finding, and tells of the change in its report', async () => {
    await writeFile(join(folder, 'letters.yaml'), LETTERS);
    await writeFile(
      join(folder, 'more.yaml'),
      'add: [{ id: more, type: review, description: Say more., estimated_tokens: 900, writes: [more.md] }]\ndrop: [last]\n',
    );
    await writeFile(
      join(folder, 'wrong.yaml'),
      'add: [{ id: lost, type: design, description: Write., dependencies: [nobody], estimated_tokens: 900, writes: [x.md] }]\ndrop: [who]\n',
    );
    await submit('--project-spec', 'letters.yaml', '--id', 'letters');
    await until(async () => (await onServer('status', 'letters', '--json')).stdout.includes('"running"'));
    const refused = await onServer('revise', 'letters', '--patch', 'wrong.yaml', '--reason', 'To see it refused.');
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toMatch(/^wrong\.yaml has 2 findings\n {2}error graph\.unknown-task: .*\n {2}error graph\.unknown-dependency: .*\n$/);
    const revised = await onServer('revise', 'letters', '--patch', 'more.yaml', '--reason', 'More is better.');
    expect(revised).toEqual({ exitCode: 0, stderr: '', stdout: 'revision 1: added 1, replaced 0, dropped 1\n' });
    const { tasks } = JSON.parse((await onServer('status', 'letters', '--json')).stdout) as { tasks: { id: string }[] };
    expect(tasks.map(({ id }) => id)).toEqual(['first', 'second', 'more']);
    const connection = await Connection.connect({ address });
    try {
      await new Client({ connection }).workflow.getHandle('letters').cancel();
    } finally {
      await connection.close();
    }
    await until(async () => (JSON.parse((await onServer('status', 'letters', '--json')).stdout) as { phase: string }).phase === 'ended');
    await onServer('report', 'letters', '--output', 'letters');
    expect(await readFile(join(folder, 'letters', 'report.md'), 'utf8')).toMatch(/Revision 1, .*added more; dropped last\. More is better\./);
    expectRefusal(await onServer('revise', 'letters', '--patch', 'more.yaml', '--reason', 'Too late.'), 'graph.patch-refused');
  });
});

describe('a project that can not be planned', () => {
  it('is read from a file that begins with a byte order mark, and ends with a report that says why', async () => {
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
      const single = findings.length === 1;
      expectRefusal(refused, 'spec.invalid', single ? 1 : findings.length + 2);
      const [heading, ...lines] = refused.stderr.split('\n');
      if (single) expect(heading).toMatch(/^\.\.\/broken\.yaml: .*expected /);
      else expect(heading).toBe(`../broken.yaml has ${findings.length} problems`);
      for (const [index, finding] of findings.entries()) expect(single ? heading : lines[index]).toMatch(finding);
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

  it('says that a folder of its own can not be written, before anything starts', async () => {
    const place = await emptyPlace('no-folder');
    await writeFile(join(place.cwd, 'file'), '');
    expectRefusal(await kamachiq(place, 'dev', '--port', '0', '--ui-port', '0', '--data', 'file/data'), 'cli.unwritable');
    expectRefusal(await kamachiq(place, 'worker', '--address', address, '--artifacts', 'file/artifacts'), 'cli.unwritable');
    expect(await readdir(place.cwd)).toEqual(['file']);
  });

  it('says that a project, a review or a namespace is unknown', async () => {
    const refused = await inPairs([
      () => onServer('status', 'unknown'),
      () => onServer('report', 'unknown'),
      () => onServer('review show', 'unknown'),
      () => onServer('review approve', 'unknown'),
    ]);
    for (const run of refused) expectRefusal(run, 'client.not-found');
    expectRefusal(await onServer('status', ''), 'cli.usage');
    for (const words of [['submit', '--project-spec', 'good.yaml'], ['status', 'any'], ['review list']] as const) {
      expectRefusal(await onServer(words[0], ...words.slice(1), '--namespace', 'unknown'), 'client.unknown-namespace');
    }
  });

  it('says that an id can not name a project', async () => {
    const run = await onServer('submit', '--project-spec', 'good.yaml', '--id', '../outside');
    expectRefusal(run, 'input.invalid');
    expect(run.stderr).toMatch(/^the project to be started: options\.projectId: expected 1 to 200 letters.*, got "\.\.\/outside"\. /);
  });

  it('says that an id is that of something else', async () => {
    expectRefusal(await onServer('status', 'disputed/review'), 'client.wrong-kind');
    expectRefusal(await onServer('report', 'disputed/review'), 'client.wrong-kind');
    expectRefusal(await onServer('review show', 'disputed'), 'client.wrong-kind');
  });
});

describe('server and worker', () => {
  it('say that no worker answers, and end on Ctrl-C', { timeout: 120_000 }, async () => {
    const reviewId = await startReview('nobody', 'Any.');
    expect(await submit('--project-spec', 'good.yaml', '--id', 'left-alone', '--task-queue', 'nobody')).toBe('left-alone');
    // What waits on another queue is no business of this one.
    expect((await onServer('review list')).stdout).toBe('Nothing waits for a person.\n');
    expect(await worker.interrupt()).toBe(0);
    // Each only waits for much the same few seconds.
    const [list, ...others] = await Promise.all([
      onServer('review list', '--task-queue', 'nobody'),
      onServer('status', 'disputed'),
      onServer('report', 'left-alone'),
      onServer('review show', reviewId),
      onServer('review approve', reviewId),
      onServer('revise', 'left-alone', '--patch', 'more.yaml', '--reason', 'More is better.'),
    ]);
    expect(list).toMatchObject({
      exitCode: 2,
      stdout: expect.stringMatching(
        new RegExp(
          `^${reviewId}\\n  waits too, but what it shows is not known: Expected a worker .*\\nleft-alone\\n  runs, but whether it waits for a larger budget is not known: Expected a worker .*\\n$`,
        ),
      ),
      stderr: expect.stringMatching(/^Expected a worker .* \(client\.no-worker\)\n$/),
    });
    for (const run of others) expectRefusal(run, 'client.no-worker');
    // The report of a project that has ended needs no worker.
    expect(await onServer('report', 'disputed', '--output', 'without-worker')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await server.interrupt()).toBe(0);
    expect({ server: server.stderr, worker: worker.stderr }).toEqual({ server: '', worker: '' });
  });
});

/** Starts a review as a project would, but of nothing that was made. */
async function startReview(taskQueue: string, texts: string): Promise<string> {
  const connection = await Connection.connect({ address });
  try {
    const workflowId = `made-for-${taskQueue}/review`;
    const review: HumanReviewInput = {
      projectId: texts,
      subject: { kind: 'task', taskId: texts },
      reason: texts,
      manifest: { sha256: '0'.repeat(64), bytes: 1, mediaType: 'application/json' },
      score: null,
      threshold: 0.8,
      findings: [texts],
      timeoutMinutes: 10,
    };
    await new Client({ connection }).workflow.start('HumanReviewWorkflow', { taskQueue, workflowId, args: [review] });
    return workflowId;
  } finally {
    await connection.close();
  }
}

function listen(): Promise<Server> {
  return new Promise((resolve) => {
    const taken = createServer().listen(0, '127.0.0.1', () => resolve(taken));
  });
}
