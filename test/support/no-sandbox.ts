import type { Sandbox } from 'kamachiq';

/** For projects of which nothing is executed. */
export const noSandbox: Sandbox = {
  specificationVersion: 1,
  id: 'none/1',
  languages: ['text'],
  doRun: async () => {
    throw new Error('Expected nobody to run anything.');
  },
};
