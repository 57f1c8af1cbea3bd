import { describe, expect, it } from 'vitest';
import { escapeMarkdown, markdownCode, markdownName, markdownTable } from './escape-markdown.js';

describe('escapeMarkdown', () => {
  it('leaves sentences alone and takes the meaning from signs', () => {
    expect(escapeMarkdown('Adds two numbers, 1.5 + 2 (exactly).')).toBe('Adds two numbers, 1.5 + 2 (exactly).');
    expect(escapeMarkdown('1. a *b* [c](http://d) <e> @f | g')).toBe('1\\. a \\*b\\* \\[c\\](http\\://d) \\<e\\> \\@f \\| g');
    expect(escapeMarkdown('- item')).toBe('\\- item');
  });
});

describe('markdownCode', () => {
  it('takes more backticks than the text has', () => {
    expect(markdownCode('a')).toBe('`a`');
    expect(markdownCode('a``b')).toBe('```a``b```');
    expect(markdownCode('`a`')).toBe('`` `a` ``');
  });

  it('never leaves a pipe inside a code span, where renderers disagree on whether it ends the cell', () => {
    expect(markdownCode('a\\|<b>')).toBe('<code>a\\\\\\|\\<b\\></code>');
  });

  it('shows what is empty', () => {
    expect(markdownCode(' ')).toBe('(empty)');
    expect(markdownName('')).toBe('`“”`');
  });
});

describe('markdownTable', () => {
  it('sets columns of numbers to the right', () => {
    expect(markdownTable(['Name', 'Size #'], [['a', '1']])).toBe('| Name | Size |\n| --- | ---: |\n| a | 1 |');
  });
});
