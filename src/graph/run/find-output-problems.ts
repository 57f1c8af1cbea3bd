import { jsonBytes } from '../../ports/json-bytes.js';
import type { JsonValue } from '../../ports/json-value.js';
import { showId } from '../graph-error.js';
import { type OutputDeclaration, OutputType, type TaskOutputs } from '../output-type.js';

/** What a task may hand on, in bytes as JSON: it becomes part of histories. What is larger belongs into a file. */
const OUTPUT_BYTES = 16_000;

/**
 * What is wrong with the values that a task hands on, in one sentence each: those that are missing, of another type, or not declared, and more
 * than 16,000 bytes of them as JSON.
 *
 * @public
 */
export function findOutputProblems(declared: readonly OutputDeclaration[], outputs: TaskOutputs): readonly string[] {
  const types = new Map(declared.map(({ name, type }) => [name, type]));
  const missing = declared.filter(({ name }) => !Object.hasOwn(outputs, name)).map(({ name }) => `the output ${showId(name)} is missing`);
  const wrong = Object.entries(outputs).flatMap(([name, value]) => {
    const type = types.get(name);
    if (type === undefined) return [`the output ${showId(name)} was not declared`];
    return isOfType(value, type) ? [] : [`the output ${showId(name)} is not of the type ${type}`];
  });
  const bytes = jsonBytes(outputs);
  return [...missing, ...wrong, ...(bytes > OUTPUT_BYTES ? [`the outputs take ${bytes} bytes; at most ${OUTPUT_BYTES} can be handed on`] : [])];
}

function isOfType(value: JsonValue, type: OutputType): boolean {
  switch (type) {
    case OutputType.ARRAY:
      return Array.isArray(value);
    case OutputType.OBJECT:
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case OutputType.INTEGER:
      return Number.isSafeInteger(value);
    case OutputType.NUMBER:
      return Number.isFinite(value);
    default:
      return typeof value === type;
  }
}
