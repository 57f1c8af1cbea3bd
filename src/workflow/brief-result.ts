import type { AgentTaskResult, BriefTaskResult } from './agent-task-types.js';

/** What a result doesn't have of itself. */
export const WITHOUT_LISTS = { verdict: null, attempts: [], settlements: [], records: [] };

/** What a result that is told briefly doesn't say. */
export const UNSAID = { reason: null, budgetExhausted: false, ...WITHOUT_LISTS };

/** Without what goes without saying. */
export const brieflyTold = (result: AgentTaskResult): BriefTaskResult => {
  const isUnsaid = (name: string, value: unknown) =>
    name in UNSAID && (value === null || value === false || (Array.isArray(value) && value.length === 0));
  return Object.fromEntries(Object.entries(result).filter(([name, value]) => !isUnsaid(name, value))) as unknown as BriefTaskResult;
};

/** As it was, whether it was told briefly or not. */
export const wholeResult = (result: BriefTaskResult): AgentTaskResult => ({ ...UNSAID, ...result });
