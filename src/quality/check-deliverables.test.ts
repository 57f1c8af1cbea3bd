import { describe, expect, it } from 'vitest';
import { checkDeliverables } from './check-deliverables.js';

const files = ['docs/urgent.md', 'api.md'].map((path) => ({ path, text: 'Text.' }));

describe('checkDeliverables', () => {
  it('says nothing where all that was asked for is there, a folder with any file in it', () => {
    expect(checkDeliverables(['docs', 'api.md'], files)).toEqual([]);
    expect(checkDeliverables([], [])).toEqual([]);
  });

  it('fails where something is missing, and names it', () => {
    const missing = Array.from({ length: 25 }, (_, number) => `m${number}.md`);
    expect(checkDeliverables(['docs', 'doc', 'api.md/x'], files)).toMatchObject([{ passed: false, structural: true, seen: 'lacks doc, api.md/x' }]);
    expect(checkDeliverables(['api.md'], [{ path: 'api.md', text: ' \n' }])).toHaveLength(1);
    expect(checkDeliverables(missing, files)[0]!.seen).toMatch(/^lacks m0\.md, .*, m19\.md and 5 more$/);
  });
});
