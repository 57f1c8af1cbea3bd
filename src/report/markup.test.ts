import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectMarkup } from './fixtures/inspect-markup.js';
import { markup } from './markup.js';

describe('markup', () => {
  it('keeps any text inside the element and the attribute it was put into', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        const { problems, elements, attributes } = inspectMarkup(markup`<p title="${text}">${text}</p>`.text);
        expect([problems, [...elements], [...attributes]]).toEqual([[], ['p'], ['title']]);
      }),
    );
  });

  it('puts other markup and lists in as they are, and nothing for null', () => {
    expect(markup`<ul>${['<a>', '&'].map((text) => markup`<li>${text}</li>`)}${null}</ul>`.text).toBe('<ul><li>&lt;a&gt;</li><li>&amp;</li></ul>');
  });

  it('rounds numbers, and draws at 0 what is no number', () => {
    expect(markup`${1.23456} ${Number.NaN} ${Number.POSITIVE_INFINITY}`.text).toBe('1.23 0 0');
  });
});
