import type { WorstRuns } from '../conditions/find-worst-runs.js';
import { showId } from '../graph-error.js';
import { finding, type GraphFinding } from '../graph-finding.js';
import type { TaskGraphDocument } from '../task-graph-document.js';

/** Whether the budget pays for the dearest run with what is kept for remediation, and the time suffices for the longest. */
export function resourceFindings(
  { budgetTotal, timeoutMinutes }: TaskGraphDocument,
  { tokens, minutes }: Pick<WorstRuns, 'tokens' | 'minutes'>,
  remediationReserve: number,
): readonly GraphFinding[] {
  const findings: GraphFinding[] = [];
  const reserve = Math.ceil(tokens.total * remediationReserve);
  // A bound that is no number allows nothing; a sum that is none is reported where its parts are.
  if (!Number.isNaN(tokens.total) && !(tokens.total + reserve <= budgetTotal)) {
    const kept = reserve === 0 ? '' : ` and ${reserve} are kept for remediation`;
    const message = `The tasks are estimated at ${tokens.total} tokens${when(tokens.choices)}${kept}; ${budgetTotal} are left.`;
    const witness = [String(tokens.total + reserve), String(budgetTotal), ...tokens.choices];
    findings.push(finding('graph.budget-infeasible', [], message, witness, 'Raise the budget, or plan less work.'));
  }
  if (!Number.isNaN(minutes.total) && !(minutes.total <= timeoutMinutes)) {
    const { path } = minutes;
    const message = `The tasks ${path.map(showId).join(' → ')} take ${round(minutes.total)} minutes one after the other${when(minutes.choices)}; ${round(timeoutMinutes)} are allowed.`;
    const suggestion = 'Allow more time, let fewer tasks wait for each other, or make tasks on this path smaller.';
    findings.push(finding('graph.deadline-infeasible', path, message, [...path, String(round(minutes.total)), String(timeoutMinutes)], suggestion));
  }
  return findings;
}

const when = (choices: readonly string[]) => (choices.length === 0 ? '' : ` when ${choices.join(' and ')}`);

const round = (minutes: number) => Math.round(minutes * 100) / 100;
