import { pyodideSandbox } from '@kamachiq/sandbox';
import { describeQualityInstrument } from 'kamachiq/testing';
import { afterAll, describe, it } from 'vitest';
import { docstringInstrument } from '../src/index.js';

const documented = { path: 'a.py', text: '"""A module."""\n\n\ndef said():\n    """Says."""\n' };

describeQualityInstrument(
  { describe, it, afterAll },
  {
    createInstrument: docstringInstrument,
    createSandbox: async () => pyodideSandbox(),
    better: { files: [documented, { path: 'README.md', text: '# A\n' }, { path: 'b.py', text: 'def unsaid():\n    pass\n' }] },
    worse: { files: [documented, { path: 'README.md', text: '' }, { path: 'b.py', text: 'def unsaid():\n    pass\n' }] },
  },
);
