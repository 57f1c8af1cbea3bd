import { afterAll, describe, it } from 'vitest';
import { describeQualityInstrument } from '../testing/describe-quality-instrument.js';
import { deliverablesInstrument } from './deliverables-instrument.js';

const writes = ['a.md', 'docs/b.md'];
const files = writes.map((path) => ({ path, text: 'Text.' }));

describeQualityInstrument(
  { describe, it, afterAll },
  {
    createInstrument: () => deliverablesInstrument,
    better: { writes, files },
    worse: { writes, files: [files[0]!, { path: 'docs/b.md', text: ' \n' }] },
  },
);
