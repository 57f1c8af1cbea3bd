import { afterAll, describe, it } from 'vitest';
import { describeQualityInstrument } from '../testing/describe-quality-instrument.js';
import type { CheckOutcome } from './check.js';
import { executedChecksInstrument } from './executed-checks-instrument.js';

/** As an acceptance check describes itself whose command takes a text of two lines. */
const DESCRIPTION = 'python -m tool two\nlines exits with 0';

const check = (id: string, passed: boolean, rest: Partial<CheckOutcome> = {}): CheckOutcome => ({
  id,
  description: `${id} returns 42`,
  passed,
  seen: passed ? 'returned 42' : 'returned 41',
  ...rest,
});

describeQualityInstrument(
  { describe, it, afterAll },
  {
    createInstrument: () => executedChecksInstrument,
    better: { checks: [check('first', true), check('second', true), check('third', false)] },
    worse: { checks: [check('first', true), check('second', false, { description: DESCRIPTION }), check('third', false)] },
  },
);
