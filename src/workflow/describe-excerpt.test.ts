import { describe, expect, it } from 'vitest';
import { describeExcerpt } from './describe-excerpt.js';

describe('describeExcerpt', () => {
  it('shows every line as code, also one that would end a block between fences', () => {
    expect(describeExcerpt({ path: 'a|b.md', text: '```\n# Loud\n\n<img src=x>' })).toEqual([
      'a b.md:',
      '    ```\n    # Loud\n    \n    <img src=x>',
    ]);
  });

  it('says nothing where there is none', () => {
    expect(describeExcerpt(undefined)).toEqual([]);
  });
});
