import { describeSandbox } from 'kamachiq/testing';
import { afterAll, describe, it } from 'vitest';
import { bubblewrapSandbox } from '../src/index.js';
import { missingForBubblewrap } from './missing-for-bubblewrap.js';

const missing = missingForBubblewrap();

describe.runIf(missing === '')(`bubblewrapSandbox${missing}`, () => {
  describeSandbox({ describe, it, afterAll }, async () => bubblewrapSandbox());
});
