import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { taskNode } from '../../src/graph/fixtures/arbitrary-graph.js';
import { branchingPlan } from '../../src/report/fixtures/branching-plan.js';
import { failedReport } from '../../src/report/fixtures/failed-report.js';
import { inspectMarkup } from '../../src/report/fixtures/inspect-markup.js';
import { kamachiq } from '../support/command-line.js';
import { expectRefusal } from '../support/expect-refusal.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-e2e-graph-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const draw = (...words: readonly string[]) => kamachiq({ cwd: folder }, 'graph', ...words);
const put = (name: string, content: unknown) => writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
const limits = { budgetTotal: 20_000, timeoutMinutes: 60, qualityThreshold: 0.8 };
const written = (id: string, dependencies: readonly string[] = [], rest = {}) => taskNode(id, dependencies, { writes: [`${id}.md`], ...rest });

const SPEC = `
name: Triage
goals: [Answer a report.]
budget_total: 20000
tasks:
  - { id: triage, type: review, description: Judge it., estimated_tokens: 800, outputs: [{ name: severity, type: string }] }
  - id: fix
    type: code
    description: Mend it.
    estimated_tokens: 4000
    dependencies: [triage]
    writes: [fix.md]
    when: { task: triage, output: severity, operator: equals, value: "high\\e[2J" }
  - { id: reply, type: design, description: Answer., estimated_tokens: 0, dependencies: [fix], trigger_rule: all-done, writes: [reply.md] }
`;

describe('kamachiq graph', () => {
  it('draws a spec with tasks in every format, safe for a terminal', async () => {
    await put('spec.yaml', SPEC);
    const [svg, mermaid, dot, json] = await Promise.all([
      draw('spec.yaml'),
      draw('spec.yaml', '--format', 'mermaid'),
      draw('spec.yaml', '--format', 'dot'),
      draw('spec.yaml', '--format', 'json'),
    ]);
    for (const run of [svg, mermaid, dot, json]) {
      expect(run).toMatchObject({ exitCode: 0, stderr: '' });
      expect(run.stdout.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    }
    expect(inspectMarkup(svg!.stdout)).toMatchObject({ problems: [], text: expect.stringContaining('rule: all-done') });
    expect(mermaid!.stdout).toMatch(/^flowchart LR\n {2}t0\["triage<br>review · up to 800 tokens"\]\n/);
    expect(dot!.stdout).toContain('t0 -> t1 [style=dashed, ');
    const { tasks, criticalPath, findings } = JSON.parse(json!.stdout);
    expect(tasks.map((task: { node: { id: string } }) => task.node.id)).toEqual(['triage', 'fix', 'reply']);
    expect({ criticalPath, findings }).toEqual({ criticalPath: ['triage', 'fix', 'reply'], findings: [] });
  });

  it('draws the plan of a spec with functions as a template cuts them, and asks no model', async () => {
    await put(
      'functions.yaml',
      'name: Steps\ngoals: [A command line program counts on.]\nbudget_total: 20000\nfunctions:\n  - signature: "increase(number: int) -> int"\n    sentence: Return the number plus one.\n    examples:\n      - { arguments: [1], returns: 2 }\n',
    );
    const run = await draw('functions.yaml', '--format', 'mermaid');
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toMatch(/increase.*up to/);
    expect(run.stdout).toMatch(/t0 ==> t\d/);
    await put('goals.yaml', 'name: Steps\ngoals: [A command line program counts on.]\nbudget_total: 20000\n');
    expectRefusal(await draw('goals.yaml'), 'cli.no-plan');
  });

  it('draws a plan, and says all that keeps it from running', async () => {
    const nodes = [written('a', ['c']), written('b', ['a', 'nobody']), written('c', ['b'], { template: 'unheard-of' }), written('d')];
    await put('broken.json', { nodes, ...limits });
    const { exitCode, stdout, stderr } = await draw('broken.json', '--format', 'dot');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^broken\.json has \d findings\n/);
    expect(stderr).toMatch(/^ {2}error graph\.cycle: .*"a" → "b" → "c" → "a".* Remove one of these dependencies\.$/m);
    expect(stderr).toMatch(/^ {2}error graph\.unknown-dependency: .*"nobody"/m);
    expect(stderr).toMatch(/^ {2}error graph\.unknown-template: .*"unheard-of"/m);
    expect(stdout.match(/ -> /g)?.length).toBe(3);
    expect((await draw('broken.json')).stdout).toContain('closes a cycle');
    const { findings } = JSON.parse((await draw('broken.json', '--format', 'json')).stdout);
    expect(findings.map(({ code }: { code: string }) => code)).toContain('graph.cycle');
  });

  it('refuses what the project would refuse: a share of the budget is kept for its review', async () => {
    const plan = (tokens: number) =>
      `name: Tight\ngoals: [It fits.]\nbudget_total: 8000\ntasks: [{ id: a, type: design, description: A., estimated_tokens: ${tokens}, writes: [a.md] }]\n`;
    await put('tight.yaml', plan(6_909));
    await put('too-tight.yaml', plan(6_910));
    await put('too-tight.json', { nodes: [written('a', [], { estimatedTokens: 6_910 })], ...limits, budgetTotal: 8_000 });
    expect(await draw('tight.yaml')).toMatchObject({ exitCode: 0, stderr: '' });
    for (const name of ['too-tight.yaml', 'too-tight.json']) {
      const stderr = expect.stringContaining('The tasks are estimated at 6910 tokens and 691 are kept for remediation; 7600 are left.');
      expect(await draw(name)).toMatchObject({ exitCode: 2, stderr });
    }
  });

  it('reads a plan with and without limits, and what it wrote itself', async () => {
    await put('plan.json', { nodes: [written('a'), written('b', ['a'], { estimatedTokens: 30_000 })], ...limits });
    await put('snapshot.json', { formatVersion: 1, nodes: branchingPlan });
    const over = await draw('plan.json', '--format', 'json');
    expect(over).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('graph.budget-infeasible') });
    await put('again.json', { formatVersion: 1, nodes: JSON.parse(over.stdout).tasks.map(({ node }: { node: unknown }) => node) });
    expect(await draw('again.json')).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await draw('snapshot.json', '--format', 'mermaid')).stdout).toContain('none-failed-min-one-success');
  });

  it('draws what became of a project by its report', async () => {
    await put('report.json', failedReport);
    const run = await draw('report.json');
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    const { problems, text } = inspectMarkup(run.stdout);
    expect(problems).toEqual([]);
    for (const said of ['function-divide: failed', 'read-me: skipped', '2,395 tokens', '3 succeeded, 1 failed, 1 upstream failed'])
      expect(text).toContain(said);
    await put('hostile-report.json', { tasks: [{ node: failedReport.tasks[0]!.node, state: { toString: 1 }, verdict: 7 }], schedule: null });
    expect((await draw('hostile-report.json', '--format', 'mermaid')).stdout).toContain('#63; function-add<br>unknown');
    await put('no-report.json', { tasks: [{ node: { id: '__proto__' } }, 7], schedule: {} });
    const refused = await draw('no-report.json');
    expectRefusal(refused, 'input.invalid', refused.stderr.trim().split('\n').length);
    expect(refused.stderr).toContain('tasks[0].node.id: expected');
  });

  it('says of a report without tasks that there are none', async () => {
    await put('planless-report.json', { ...failedReport, tasks: [] });
    const refused = await draw('planless-report.json', '--output', 'nothing.svg');
    expectRefusal(refused, 'cli.no-tasks');
    expect(refused.stderr).toMatch(/^Expected the report of a project that came to have tasks, got one without any: planless-report\.json\. /);
    expect(await readdir(folder)).not.toContain('nothing.svg');
  });

  it('reads a plan in the keys of specs, and YAML too', async () => {
    const task = { id: 'a', type: 'design', description: 'A.', estimated_tokens: 10, writes: ['a.md'], trigger_rule: 'all_done' };
    const plan = { nodes: [task], budget_total: 100, timeout_minutes: 5, quality_threshold: 0.5 };
    await put('snake.json', plan);
    await put('snake.yaml', stringify(plan));
    await put('snake-snapshot.json', { format_version: 1, nodes: [task] });
    for (const name of ['snake.json', 'snake.yaml', 'snake-snapshot.json']) {
      expect(await draw(name, '--format', 'mermaid')).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringContaining('up to 10 tokens') });
    }
    await put('tight.json', { ...plan, budget_total: 10 });
    expect(await draw('tight.json')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('9 are left.') });
  });

  it('says why a task can never run', async () => {
    const when = (value: boolean) => ({ when: { task: 'a', output: 'f', operator: 'equals', value } });
    const nodes = [
      written('a', [], { outputs: [{ name: 'f', type: 'boolean' }] }),
      written('b', ['a'], when(true)),
      written('c', ['b'], when(false)),
    ];
    await put('never.json', { nodes, ...limits });
    const { stderr } = await draw('never.json');
    expect(stderr).toContain(
      'to run. Because "b" runs only when "a"."f" equals true, and "c" runs only when "a"."f" equals false. Correct the condition, or',
    );
  });

  it('writes into a file, and says which', async () => {
    await put('spec.yaml', SPEC);
    expect(await draw('spec.yaml', '--output', 'made/graph.svg')).toMatchObject({ exitCode: 0, stdout: 'graph   made/graph.svg\n', stderr: '' });
    expect(await readFile(join(folder, 'made', 'graph.svg'), 'utf8')).toMatch(/^<svg xmlns=[\s\S]*<\/svg>\n$/);
    await mkdir(join(folder, 'taken'), { recursive: true });
    expectRefusal(await draw('spec.yaml', '--output', 'taken'), 'cli.unwritable');
    expectRefusal(await draw('spec.yaml', '--output', 'spec.yaml/below.svg'), 'cli.unwritable');
    expect(await readdir(join(folder, 'taken'))).toEqual([]);
  });

  it('says plainly what is too large, and draws it as DOT', async () => {
    await put('large.json', { formatVersion: 1, nodes: Array.from({ length: 600 }, (_, index) => written(`t${index}`, index === 0 ? [] : ['t0'])) });
    for (const format of ['svg', 'mermaid']) {
      const refused = await draw('large.json', '--format', format);
      expectRefusal(refused, 'graph.too-large-to-draw');
      expect(refused.stderr).toContain('600 tasks with 599 dependencies: too many to draw.');
    }
    expect((await draw('large.json', '--format', 'dot')).stdout.match(/ -> /g)?.length).toBe(599);
  });

  it.each([
    ['nothing.yaml', 'spec.invalid', /^nothing\.yaml: expected a file, got nothing of that name\. /],
    ['.', 'spec.invalid', /^\.: expected a file, got a directory\. /],
    ['text.json', 'spec.invalid', /^text\.json/],
    ['list.json', 'input.invalid', /^list\.json: the document \(line 1, column 1\): expected a mapping with nodes, got an empty list\. /],
    ['nodes.json', 'input.invalid', /^nodes\.json has 4 problems\n[\s\S]*\n {2}nodes \(line 1, column \d+\): expected a list, got "x"\n/],
    ['limits.json', 'input.invalid', /^limits\.json: budgetTotal \(line 1, column \d+\): expected a number, got "all"/],
    ['node.json', 'input.invalid', /^node\.json: nodes\[0\] \(line 1, column \d+\): expected/],
  ])('refuses %s in the words of whoever reads it', async (name, code, message) => {
    await put('text.json', '{"nodes": ');
    await put('list.json', []);
    await put('nodes.json', { nodes: 'x' });
    await put('limits.json', { nodes: [written('a')], ...limits, budgetTotal: 'all' });
    await put('node.json', { formatVersion: 1, nodes: [null] });
    const refused = await draw(name);
    expectRefusal(refused, code, refused.stderr.trim().split('\n').length);
    expect(refused.stderr).toMatch(message);
  });
});
