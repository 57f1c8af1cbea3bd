import { describe, expect, it } from 'vitest';
import { readOutcome } from './read-outcome.js';

const madeBy = { kind: 'model', model: 'm/1', template: 't/1', candidates: 1 };
const file = { path: 'a.md', text: 'A.', madeBy };
const sound = { passed: true, files: [file], candidates: 1, problems: [] };
const circle: Record<string, unknown> = {};
circle.self = circle;

describe('readOutcome', () => {
  it('reads an outcome, with nothing besides', () => {
    expect(readOutcome({ ...sound, checks: [], usage: 1, beside: 1n }, 'r/1')).toEqual(sound);
    expect(readOutcome({ ...sound, outputs: { a: 1, b: undefined } }, 'r/1')).toEqual({ ...sound, outputs: { a: 1 } });
    const rendered = { ...file, madeBy: { kind: 'template', template: 't/1' } };
    expect(readOutcome({ ...sound, files: [rendered] }, 'r/1').files).toEqual([rendered]);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'passed'],
    ['a list', [sound]],
    ['only whether it passed', { passed: true }],
    ['a text for whether it passed', { ...sound, passed: 'yes' }],
    ['no candidates', { ...sound, candidates: Number.NaN }],
    ['less than no candidates', { ...sound, candidates: -1 }],
    ['problems that are none', { ...sound, problems: [1, 2] }],
    ['problems with holes', { ...sound, problems: new Array(2) }],
    ['no problems', { ...sound, problems: undefined }],
    ['files that are none', { ...sound, files: [null] }],
    ['a file without text', { ...sound, files: [{ ...file, text: undefined }] }],
    ['a file by nobody', { ...sound, files: [{ ...file, madeBy: {} }] }],
    ['a file by a model without a name', { ...sound, files: [{ ...file, madeBy: { ...madeBy, model: 1n } }] }],
    ['outputs in a list', { ...sound, outputs: [] }],
    ['outputs beyond JSON', { ...sound, outputs: { a: 1n } }],
    ['outputs in a circle', { ...sound, outputs: circle }],
    ['outputs that are null', { ...sound, outputs: null }],
  ])('refuses %s', (_, answer) => {
    expect(() => readOutcome(answer, 'r/1')).toThrow(expect.objectContaining({ code: 'agent.invalid-outcome' }));
  });
});
