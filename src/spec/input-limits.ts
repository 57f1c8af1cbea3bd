import { CONDITION_DEPTH } from '../graph/condition-depth.js';

/** Bounds of what is read from outside; each one refuses with a finding, never by running out of time or memory. @public */
export const inputLimits = {
  /** Bytes of a spec's text. */
  specBytes: 1_048_576,
  /** Bytes of a spec as JSON, defaults filled in: it travels with each plan and into the report, and Temporal carries 2 MiB at once. */
  specJsonBytes: 393_216,
  /** Characters of a model's answer. */
  answerCharacters: 1_000_000,
  /** Nesting of lists and mappings in a spec. */
  specDepth: 32,
  /** Nesting of lists and mappings in a model's answer. */
  answerDepth: 64,
  /** Scalars, lists and mappings of one document. */
  values: 100_000,
  /** Lexical tokens of one YAML document. */
  yamlTokens: 500_000,
  /** Uses of anchors in one YAML document. */
  aliases: 100,
  /** Values that come into being through aliases. */
  aliasedValues: 10_000,
  /** Characters of one text. */
  textCharacters: 20_000,
  /** Characters of a name, an id or a key. */
  nameCharacters: 200,
  /** Findings listed at once; the rest is counted. */
  findings: 200,
  /** Items of a list of texts: goals, constraints, arguments, criteria, paths, dependencies. */
  listItems: 100,
  /** Combinations (`all`, `any`, `not`) inside each other in a condition. */
  conditionDepth: CONDITION_DEPTH,
  /** Combinations and comparisons of one condition. */
  conditionParts: 200,
  functions: 500,
  parameters: 20,
  examples: 500,
  acceptanceChecks: 500,
  tasks: 2_000,
  /** Thirty days. */
  timeoutMinutes: 43_200,
  budgetTokens: 1_000_000_000_000,
  budgetDollars: 1_000_000,
} as const;
