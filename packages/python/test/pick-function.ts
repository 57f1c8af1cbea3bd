import type { FunctionSpec } from 'kamachiq';

/** A function with parameters of two types; tests give it the examples that they are about. */
export const pickFunction: FunctionSpec = {
  name: 'pick',
  parameters: [
    { name: 'items', type: 'list[str]' },
    { name: 'position', type: 'int' },
  ],
  returns: 'str',
  sentence: 'Return the item at the position.',
  examples: [],
  uses: [],
};
