/**
 * Schemas and loaders for what comes from outside: project specs, plans, model answers. Host side: zod and yaml stand behind it.
 *
 * @packageDocumentation
 */
export { inputLimits } from './spec/input-limits.js';
export type { JsonSchema } from './spec/json-schema-in-file-names.js';
export { loadGraphPatch } from './spec/load-graph-patch.js';
export { loadProjectSpec } from './spec/load-project-spec.js';
export { makePackageName } from './spec/package-name.js';
export { type FunctionProposalOptions, type FunctionProposalsResult, parseFunctionProposals } from './spec/parse-function-proposals.js';
export { type GraphPatchResult, graphPatchSchema, parseGraphPatch } from './spec/parse-graph-patch.js';
export { type ModelJsonResult, parseModelJson } from './spec/parse-model-json.js';
export { type PlanResult, parsePlan } from './spec/parse-plan.js';
export { type PlanAnswerResult, parsePlanAnswer } from './spec/parse-plan-answer.js';
export { type ProjectSpecResult, parseProjectSpec, safeParseProjectSpec } from './spec/parse-project-spec.js';
export { type ParsedSignature, parseSignature } from './spec/parse-signature.js';
export { parseTaskGraph, type TaskGraphResult } from './spec/parse-task-graph.js';
export { projectSpecJsonSchema } from './spec/project-spec-json-schema.js';
export { projectSpecSchema } from './spec/project-spec-schema.js';
export type { AnswerLimits } from './spec/read-answer.js';
export { taskGraphJsonSchema } from './spec/task-graph-json-schema.js';
export { taskGraphSchema } from './spec/task-graph-schema.js';
export { taskGraphSnapshotSchema } from './spec/task-graph-snapshot-schema.js';
export { taskNodeSchema } from './spec/task-node-schema.js';
