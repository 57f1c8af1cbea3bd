import { z } from 'zod';
import { inFileNames, type JsonSchema } from './json-schema-in-file-names.js';
import { taskGraphSnapshotShape } from './task-graph-snapshot-schema.js';

/**
 * Describes a file with the snapshot of a task graph, so that editors can complete and check it: the keys in snake_case and camelCase. What holds
 * between its tasks is `parseTaskGraph`'s to check.
 *
 * @public
 */
export const taskGraphJsonSchema: JsonSchema = makeSchema();

function makeSchema(): JsonSchema {
  const { $schema, ...snapshot } = z.toJSONSchema(taskGraphSnapshotShape, { io: 'input', unrepresentable: 'any' });
  return { $schema, $id: 'task-graph.schema.json', title: 'kamachiq task graph', ...(inFileNames(snapshot) as JsonSchema) };
}
