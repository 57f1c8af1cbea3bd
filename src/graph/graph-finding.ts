/** One thing wrong with a plan, with its evidence; plain JSON, fit to be fed back to whoever planned. @public */
export interface GraphFinding {
  /** Stable and dotted, documented in `docs/errors.md`. Example: `graph.cycle`. */
  readonly code: GraphFindingCode;
  /** An error keeps a plan from running; a warning is shown. */
  readonly severity: 'error' | 'warning';
  readonly taskIds: readonly string[];
  /** One sentence: what is wrong. */
  readonly message: string;
  /** The evidence, in the order that proves it. Example: the ids along a shortest cycle. */
  readonly witness: readonly string[];
  /** What to change, as an instruction. */
  readonly suggestion: string;
}

/** Every code that a finding may have. @public */
export const GRAPH_FINDING_CODES = [
  'graph.malformed',
  'graph.empty',
  'graph.too-large',
  'graph.too-heavy',
  'graph.too-wide',
  'graph.too-deep',
  'graph.duplicate-id',
  'graph.unknown-dependency',
  'graph.self-dependency',
  'graph.cycle',
  'graph.orphan',
  'graph.missing-deliverable',
  'graph.unreachable',
  'graph.dead-join',
  'graph.optional-needed',
  'graph.contradictory-condition',
  'graph.missing-input',
  'graph.undeclared-output',
  'graph.type-mismatch',
  'graph.unsafe-path',
  'graph.path-conflict',
  'graph.invalid-estimate',
  'graph.budget-infeasible',
  'graph.deadline-infeasible',
  'graph.unknown-template',
  'graph.invalid-inputs',
  'graph.unknown-persona',
  'graph.unknown-type',
  'graph.unknown-trigger-rule',
  'graph.rule-breach',
  'graph.settled-task',
  'graph.unknown-task',
  'graph.too-many-problems',
] as const;
/** @public */
export type GraphFindingCode = (typeof GRAPH_FINDING_CODES)[number];

/** Makes an error of a plan. */
export const finding = (
  code: GraphFindingCode,
  taskIds: readonly string[],
  message: string,
  witness: readonly string[],
  suggestion: string,
): GraphFinding => ({ code, severity: 'error', taskIds, message, witness, suggestion });
