import { describe, expect, it } from 'vitest';
import { measureRounds, RoundTimes } from './measure-rounds.js';
import { median } from './median.js';
import { renderTable } from './render-table.js';

describe('measureRounds', () => {
  it('lets everybody do the job equally often, each first in turn', () => {
    const done: string[] = [];
    const contenders = ['a', 'b', 'c'].map((name) => ({ name, run: () => done.push(name) }));
    measureRounds(contenders, { rounds: 3, repetitions: 2 });
    const warmUp = 'aabbccaabbcc';
    expect(done.join('')).toBe(`${warmUp}aabbccbbccaaccaabb`);
  });
});

describe('RoundTimes', () => {
  it('compares what was measured in the same round', () => {
    // The machine was ten times as slow in the first round.
    const times = new RoundTimes(
      new Map([
        ['ours', [20, 2, 2]],
        ['floor', [10, 1, 2]],
      ]),
    );
    expect([times.median('ours'), times.median('floor'), times.ratio('ours', 'floor')]).toEqual([2, 2, 2]);
    expect(() => times.median('nobody')).toThrow('nobody');
  });
});

describe('median', () => {
  it.each([
    [[3, 1, 2], 2],
    [[10, 9, 1, 2], 5.5],
    [[], Number.NaN],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});

describe('renderTable', () => {
  it('puts figures under each other', () => {
    const rows = [
      ['', 'ms'],
      ['one', '10'],
      ['eleven', '1.5'],
    ];
    expect(renderTable({ title: 'Times', rows })).toBe('\nTimes\n         ms\n-----------\none      10\neleven  1.5');
  });
});
