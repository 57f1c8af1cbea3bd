import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
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

  it('shows a spec that loads', () => {
    const example = /```yaml\n(.*?)```/s.exec(read('project-spec.md'))![1]!;
    expect(parseProjectSpec(example).acceptance).toEqual([{ run: ['total', '1.50', '2'], exitCode: 0, stdout: '3.5' }]);
  });
});
