import { showId } from '../graph-error.js';
import type { GraphIndex } from '../structure/graph-index.js';
import { positionsOf } from '../structure/graph-walk.js';
import type { TaskNode } from '../task-node.js';
import type { OutputVariable } from './condition-variables.js';
import { describeDomain } from './describe-domain.js';
import type { Claim, Formula, Reason, Refutation } from './run-formula.js';
import { intersectDomains, isEmptyDomain, type ValueDomain } from './value-domain.js';

/** What keeps a task from ever running: its condition, the tasks that it joins, or both together. */
export type ProblemKind = 'contradictory-condition' | 'dead-join' | 'unreachable';

/** A task that no run can start. */
export interface ConditionProblem {
  readonly kind: ProblemKind;
  readonly position: number;
  /** What excludes each other, nearest to the start first. Example: `"fix" runs only when "triage"."severity" equals "high"`. */
  readonly witness: readonly string[];
  /** One sentence: what is wrong. */
  readonly message: string;
  /** What to change, as an instruction. */
  readonly suggestion: string;
}

/** Part of a condition, of which the first task that has it is known. */
interface PartVariable {
  readonly conditionOf: number;
}

/** What a condition speaks about: an output, the outcome of the task at a position, or whether part of a condition holds. */
export type Variable = OutputVariable | number | PartVariable;

/** What claims are about. */
export interface ClaimContext {
  readonly nodes: readonly TaskNode[];
  readonly index: GraphIndex;
  /** What the number of a variable stands for. */
  readonly variables: readonly Variable[];
  readonly inType: (variable: number, domain: ValueDomain) => ValueDomain;
}

const CLAIM_LIMIT = 100;
const NAMED_LIMIT = 3;

/** Puts what was proven into words. @param refutations - At least one. */
export function describeProblem(kind: ProblemKind, position: number, refutations: readonly Refutation[], context: ClaimContext): ConditionProblem {
  const claims = refutations.flatMap((refutation) => essentialClaims(refutation, context));
  const witness = [...new Set(claims.map((claim) => describeClaim(claim, context)))];
  const task = `Task ${showId(context.nodes[position]!.id)}`;
  switch (kind) {
    case 'contradictory-condition':
      return {
        kind,
        position,
        witness,
        message: `${task} can never run: no values of the outputs it looks at satisfy its condition.`,
        suggestion: 'Correct the condition.',
      };
    case 'dead-join':
      return {
        kind,
        position,
        witness,
        message: `${task} can never run: ${joined(position, context)} exclude each other, and it needs the success of all of them.`,
        suggestion: claims.some(({ variable }) => typeof context.variables[variable ?? -1] === 'number')
          ? 'Give it the trigger rule one-success, or let it depend on fewer tasks.'
          : 'Give it the trigger rule none-failed-min-one-success, or let it depend on fewer tasks.',
      };
    case 'unreachable':
      return {
        kind,
        position,
        witness,
        message: `${task} can never run: its condition excludes what the tasks before it need to run.`,
        suggestion: 'Correct the condition, or let it depend on other tasks.',
      };
  }
}

/** Puts into words that a task starts before anything its condition needs can be there. @param condition - What it takes for it to hold. */
export function describeEarlyStart(position: number, { clauses }: Formula, context: ClaimContext): ConditionProblem {
  const task = showId(context.nodes[position]!.id);
  const needs = clauses.flatMap((clause) => clause.flatMap(({ reason }) => claimsOf(reason)));
  return {
    kind: 'unreachable',
    position,
    witness: [`${task} starts at once`, ...new Set(needs.map((claim) => describeClaim(claim, context)))],
    message: `Task ${task} can never run: by its trigger rule, always, it starts at once, when none of the outputs is there that its condition needs.`,
    suggestion: 'Give it the trigger rule all-done, or leave out its condition.',
  };
}

/**
 * Puts into words that a task is decided by the first success among its dependencies, when another task that its condition needs can't have
 * succeeded.
 *
 * @param needed - Two tasks, of which the first is one of its dependencies.
 */
export function describeEarlyDecision(position: number, needed: readonly [number, number], { nodes }: ClaimContext): ConditionProblem {
  const task = showId(nodes[position]!.id);
  const [first, second] = [showId(nodes[needed[0]]!.id), showId(nodes[needed[1]]!.id)];
  return {
    kind: 'unreachable',
    position,
    witness: [
      `${task} is decided by the first success among its dependencies`,
      `the condition of ${task} needs the success of ${first} and ${second}`,
    ],
    message: `Task ${task} can never run: by its trigger rule, one-success, it is decided at the first success, but its condition needs that of both ${first} and ${second}.`,
    suggestion: `Give it the trigger rule none-failed-min-one-success, or let it not depend on ${first}.`,
  };
}

function joined(position: number, { nodes, index }: ClaimContext): string {
  const dependencies = positionsOf(position, index.predecessors, index.predecessorStarts);
  if (dependencies.length > NAMED_LIMIT) return `among its ${dependencies.length} dependencies, some`;
  return `its dependencies ${Array.from(dependencies, (dependency) => showId(nodes[dependency]!.id)).join(', ')}`;
}

/** Claims that leave nothing together, without those that aren't needed for it. */
function essentialClaims({ variable, reason }: Refutation, { inType }: ClaimContext): readonly Claim[] {
  const claims = claimsOf(reason);
  if (variable === null || claims.some((claim) => claim.variable !== variable)) return claims;
  const exclude = (some: readonly Claim[]) => {
    const [first, ...rest] = some.map(({ domain }) => inType(variable, domain));
    return first !== undefined && isEmptyDomain(rest.reduce(intersectDomains, first));
  };
  let needed = claims;
  for (const claim of claims) {
    const without = needed.filter((other) => other !== claim);
    if (exclude(without)) needed = without;
  }
  return needed;
}

/** From left to right, without recursion: reasons are as deep as the graph. */
function claimsOf(reason: Reason): readonly Claim[] {
  const claims = new Set<Claim>();
  const open = [reason];
  while (open.length > 0 && claims.size < CLAIM_LIMIT) {
    const next = open.pop()!;
    if ('first' in next) open.push(next.second, next.first);
    else claims.add(next);
  }
  return [...claims];
}

function describeClaim({ position, variable, domain }: Claim, { nodes, variables }: ClaimContext): string {
  const task = showId(nodes[position]!.id);
  if (variable === null) return `${task} runs only when one of no conditions holds`;
  const about = variables[variable]!;
  if (typeof about === 'number') return `${task} runs only when ${showId(nodes[about]!.id)} ${describeOutcome(domain)}`;
  if ('conditionOf' in about) {
    const holds = 'listed' in domain && domain.listed.has(true);
    return `${task} runs only when a condition of ${showId(nodes[about.conditionOf]!.id)} ${holds ? 'holds' : 'does not hold'}`;
  }
  return `${task} runs only when ${showId(nodes[about.position]!.id)}.${showId(about.output)} ${describeDomain(domain)}`;
}

function describeOutcome(domain: ValueDomain): string {
  if ('ranges' in domain) return 'ends';
  const outcomes = [...domain.listed].map((outcome) => (outcome === 'failed' ? 'fail' : 'succeed'));
  return domain.excluded ? `does not ${outcomes.join(' or ')}` : outcomes.map((outcome) => `${outcome}s`).join(' or ');
}
