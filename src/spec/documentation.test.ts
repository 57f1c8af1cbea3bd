import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileTaskGraph } from '../graph/compile/compile-task-graph.js';
import { OutputType } from '../graph/output-type.js';
import { GraphRun } from '../graph/run/graph-run.js';
import { TriggerRule } from '../graph/trigger-rule.js';
import { comparisonOperators } from './condition-schema.js';
import { toSnakeCase } from './form.js';
import { taskForm } from './input-forms.js';
import { inputProblemKinds } from './input-problem.js';
import { parseProjectSpec } from './parse-project-spec.js';

const read = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

/** Codes of files for specs only, codes of broken answers for answers only. */
const specOnly = ['file-missing', 'file-unreadable', 'not-utf8', 'not-yaml', 'too-many-aliases', 'unsupported-yaml'];
const answerOnly = ['empty', 'not-json', 'truncated', 'unknown-type'];

describe('the documentation', () => {
  it('has a section for every code', () => {
    const headings = new Set(read('errors.md').match(/^## .*$/gm));
    const codes = inputProblemKinds.flatMap((kind) => [
      ...(answerOnly.includes(kind) ? [] : [`## spec.${kind}`]),
      ...(specOnly.includes(kind) ? [] : [`## answer.${kind}`]),
    ]);
    expect(['## input.invalid', '## spec.invalid', ...codes].filter((code) => !headings.has(code))).toEqual([]);
  });

  const [prices, incident] = [...read('project-spec.md').matchAll(/```yaml\n(.*?)```/gs)].map(([, example]) => parseProjectSpec(example!));

  it('shows a spec that loads', () => {
    expect(prices!.acceptance).toEqual([{ run: ['total', '1.50', '2'], exitCode: 0, stdout: '3.5' }]);
  });

  it('shows a branch and a join that compile, and run as the text says', () => {
    expect(compileTaskGraph({ ...incident!, nodes: incident!.tasks })).toMatchObject({ ok: true, findings: [] });
    for (const [outputs, taken, skipped] of [
      [{ severity: 'high', people: 1 }, 'mend', 'note'],
      [{ severity: 'low', people: 100 }, 'mend', 'note'],
      [{ severity: 'low', people: 99 }, 'note', 'mend'],
    ] as const) {
      const run = new GraphRun({ nodes: incident!.tasks });
      run.started('triage');
      expect(run.succeeded('triage', outputs)).toEqual([taken]);
      expect(run.state(skipped)).toBe('skipped');
      run.started(taken);
      expect(run.succeeded(taken)).toEqual(['letter']);
    }
  });

  it('lists every key of a task, every trigger rule, type and operator', () => {
    const text = read('project-spec.md');
    const keys = [...taskForm.keys.keys()].map(toSnakeCase);
    const words = [...keys, ...Object.values(TriggerRule), ...Object.values(OutputType), ...comparisonOperators];
    expect(words.filter((word) => !text.includes(`\`${word}\``) && !text.includes(`operator: ${word},`))).toEqual([]);
  });
});
