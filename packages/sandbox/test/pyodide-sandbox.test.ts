import { describeSandbox } from 'kamachiq/testing';
import { afterAll, describe, it } from 'vitest';
import { pyodideSandbox } from '../src/index.js';

describe('pyodideSandbox', () => {
  describeSandbox({ describe, it, afterAll }, async () => pyodideSandbox());
});
