import { z } from 'zod';
import { inputLimits } from './input-limits.js';
import { exceptionName, identifier, jsonValue, sentence, typeText } from './text-schemas.js';

const exampleArguments = z.array(jsonValue).max(inputLimits.parameters).meta({ description: 'One value for every parameter, in order.' });

/** @internal */
const functionExampleShape = z.union([
  z.strictObject({ arguments: exampleArguments, returns: jsonValue.meta({ description: 'What the function answers.' }) }),
  z.strictObject({ arguments: exampleArguments, raises: exceptionName.meta({ description: 'Class of the error that the function raises.' }) }),
]);

/** @internal */
export const functionSpecShape = z.strictObject({
  name: identifier.meta({ description: 'Name of the function.' }),
  parameters: z.array(z.strictObject({ name: identifier, type: typeText })).max(inputLimits.parameters),
  returns: typeText.meta({ description: 'Type of the result.' }),
  sentence: sentence.meta({ description: 'What the function does; becomes its documentation.' }),
  examples: z.array(functionExampleShape).max(inputLimits.examples).default([]),
  uses: z.array(identifier).max(inputLimits.listItems).default([]).meta({ description: 'Other functions of the spec that this one may call.' }),
});
