import { readFileSync } from 'node:fs';
import { compileTaskGraph } from 'kamachiq';
import { pictureOfPlan, renderTaskGraphSvg } from 'kamachiq/report';
import { parseProjectSpec } from 'kamachiq/spec';
import { DEFAULT_PROJECT_POLICY } from 'kamachiq/workflow';
import { describe, expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8');
const compile = (name: string) => {
  const { tasks, ...spec } = parseProjectSpec(read(`plans/${name}.yaml`));
  // As `kamachiq graph` and a project do.
  const budgetTotal = Math.floor(spec.budgetTotal * (1 - DEFAULT_PROJECT_POLICY.reviewShare));
  return { tasks, compiled: compileTaskGraph({ ...spec, budgetTotal, nodes: tasks }) };
};

describe('docs/task-graph.md', () => {
  it('shows what the compiler says of the broken plan, finding by finding', () => {
    const { findings } = compile('broken').compiled;
    const lines = findings.map(({ code, message, suggestion }) => `${code}\n  ${message}\n  → ${suggestion}`).join('\n');
    const shown = /<!-- findings of plans\/broken.yaml -->\n```text\n(.*?)```/s.exec(read('task-graph.md'))?.[1];
    expect(shown).toBe(`${lines}\n`);
    expect(read('plans/broken.yaml')).toContain(
      `${['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'][findings.length]} mistakes`,
    );
  });

  it('shows the picture of the mended plan, which has no findings', async () => {
    const { tasks, compiled } = compile('mended');
    expect(compiled).toMatchObject({ ok: true, findings: [] });
    await expect(renderTaskGraphSvg(pictureOfPlan(tasks))).toMatchFileSnapshot('../../docs/plans/mended.svg');
  });
});
