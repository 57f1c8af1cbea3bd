import type { WorstRuns } from '../conditions/find-worst-runs.js';
import { showId } from '../graph-error.js';
import { finding, type GraphFinding, type GraphFindingCode } from '../graph-finding.js';
import type { TaskGraphDocument } from '../task-graph-document.js';
import type { CompileContext } from './compile-context.js';

/** What the dearest and the longest run of a plan need. */
export interface NeededResources {
  /** With what is kept for remediation. */
  readonly tokens: number;
  readonly minutes: number;
}

/** @param remediationReserve - As a share of the tokens. */
export const neededResources = ({ tokens, minutes }: Pick<WorstRuns, 'tokens' | 'minutes'>, remediationReserve: number): NeededResources => ({
  tokens: tokens.total + Math.ceil(tokens.total * remediationReserve),
  minutes: round(minutes.total),
});

/** The findings that more of something would mend, each with what it is that there is too little of. */
export const SHORTAGES: Readonly<Partial<Record<GraphFindingCode, keyof NeededResources>>> = {
  'graph.budget-infeasible': 'tokens',
  'graph.deadline-infeasible': 'minutes',
};

/**
 * Whether the budget pays for the dearest run with what is kept for remediation, and the time suffices for the longest.
 *
 * @param context - Of the compilation.
 */
export function resourceFindings(
  { budgetTotal, timeoutMinutes }: TaskGraphDocument,
  { tokens, minutes }: Pick<WorstRuns, 'tokens' | 'minutes'>,
  needed: NeededResources,
  { boundBy, reviewShare = 0 }: CompileContext,
): readonly GraphFinding[] {
  const findings: GraphFinding[] = [];
  const reserve = needed.tokens - tokens.total;
  // A bound that is no number allows nothing; a sum that is none is reported where its parts are.
  if (!Number.isNaN(tokens.total) && !(needed.tokens <= budgetTotal)) {
    const kept = reserve === 0 ? '' : ` and ${reserve} are kept for remediation`;
    const message = `The tasks are estimated at ${tokens.total} tokens${when(tokens.choices)}${kept}; ${LEFT[boundBy ?? 'tokens'](budgetTotal)}.`;
    const witness = [String(needed.tokens), String(budgetTotal), ...tokens.choices];
    // Shares are fractions: whatever their sums are rounded to, one more is enough.
    const missing = Math.ceil((needed.tokens - budgetTotal) / (1 - reviewShare)) + 1;
    findings.push(finding('graph.budget-infeasible', [], message, witness, SUGGESTIONS[boundBy ?? 'tokens'](missing)));
  }
  if (!Number.isNaN(minutes.total) && !(minutes.total <= timeoutMinutes)) {
    const { path } = minutes;
    const message = `The tasks ${path.map(showId).join(' → ')} take ${needed.minutes} minutes one after the other${when(minutes.choices)}; ${round(timeoutMinutes)} are allowed.`;
    const suggestion = 'Allow more time, let fewer tasks wait for each other, or make tasks on this path smaller.';
    findings.push(finding('graph.deadline-infeasible', path, message, [...path, String(needed.minutes), String(timeoutMinutes)], suggestion));
  }
  return findings;
}

const LEFT = {
  tokens: (count: number) => `${count} are left`,
  money: (count: number) => `the money that is left pays for ${count}`,
};

const SUGGESTIONS = {
  tokens: (missing: number) => `Raise the budget${Number.isSafeInteger(missing) ? ` by ${missing} tokens` : ''}, or plan less work.`,
  money: () => 'Raise the budget of money, or plan less work.',
};

const when = (choices: readonly string[]) => (choices.length === 0 ? '' : ` when ${choices.join(' and ')}`);

const round = (minutes: number) => Math.round(minutes * 100) / 100;
