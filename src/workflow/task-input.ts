import type { AttemptTerms } from '../agents/attempt-terms.js';
import { priorityKeyOf } from '../agents/priority-key.js';
import type { Limit } from '../budget/amount.js';
import type { AbridgedRun } from './abridged-run.js';
import type { AgentTaskInput } from './agent-task-types.js';
import { goesByReference } from './changes.js';
import { givenTo, upstreamOf } from './handover.js';
import { holdFields } from './hold-fields.js';
import { stated } from './stated.js';
import type { TaskAccounts } from './task-accounts.js';
import type { TaskDefaults } from './task-events.js';

/** What a task's workflow is started with. */
export function taskInput(
  id: string,
  hold: Limit,
  terms: AttemptTerms | undefined,
  { run, accounts, defaults }: { readonly run: AbridgedRun; readonly accounts: TaskAccounts; readonly defaults: TaskDefaults },
): AgentTaskInput {
  const node = run.node(id);
  const { start } = accounts.of(id);
  const given = givenTo(run, accounts, node);
  const { agentQueue: taskQueue, reviewQueue, outlives, ...rest } = defaults;
  return {
    ...rest,
    // Another start is another draw.
    seed: defaults.seed + start - 1,
    task: node,
    upstream: upstreamOf(run, accounts, id),
    ...stated({ given: given.length === 0 ? undefined : given, terms, start: start === 1 ? undefined : start }),
    ...(taskQueue === undefined ? {} : { agents: { taskQueue, priorityKey: priorityKeyOf(run.priority(id), run.longestRemaining) } }),
    ...holdFields(hold),
    ...stated({ reviewQueue, outlives }),
    ...(accounts.mayStore(id) && goesByReference() ? { storesAccount: true } : {}),
  };
}
