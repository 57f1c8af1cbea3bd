import { describe, expect, it } from 'vitest';
import { describeCauses } from './describe-causes.js';

const attempt = (number: number, ...problems: string[]) => ({
  attempt: number,
  remediation: 0,
  outcome: 'failed' as const,
  candidates: 0,
  tokensHeld: 1,
  tokensSpent: 1,
  problems,
});

describe('describeCauses', () => {
  it('names each cause once, with the attempts that it ended', () => {
    expect(describeCauses([attempt(1, 'Too busy.'), attempt(2, 'first', 'It is wrong.'), attempt(3, 'Too busy.'), attempt(4)])).toBe(
      'Attempts 1, 3: Too busy; attempt 2: It is wrong; attempt 4: no reason was told.',
    );
  });

  it('says nothing where all failed alike', () => {
    expect(describeCauses([attempt(1, 'Too busy.'), attempt(2, 'Too busy')])).toBe('');
    expect(describeCauses([])).toBe('');
  });

  it('stays short whatever the causes are', () => {
    const text = describeCauses(Array.from({ length: 50 }, (_, number) => attempt(number, `${number}${'x'.repeat(10_000)}`)));
    expect(text.length).toBeLessThan(1_000);
  });
});
