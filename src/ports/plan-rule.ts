import type { TaskGraphDocument } from '../graph/task-graph-document.js';
import type { CancellationSignal } from './language-model.js';

/** A rule that every plan must keep: one article of a constitution. @public */
export interface PlanRule {
  /** Stable; findings name it. Example: `no-more-than-one-deployment`. */
  readonly id: string;
  /** The rule in one sentence, for people and planners. */
  readonly text: string;

  /** Every breach in a plan whose structure holds; empty when it keeps the rule. Pure: the same plan has the same breaches. */
  findBreaches(plan: TaskGraphDocument): readonly RuleBreach[];
}

/** @public */
export interface RuleBreach {
  /** Ids of the tasks that break the rule; empty where it is the plan as a whole. */
  readonly taskIds: readonly string[];
  /** One sentence: what breaks it. */
  readonly message: string;
  /** The evidence; the ids of the tasks where absent. */
  readonly witness?: readonly string[];
  /** What to change; the rule itself where absent. */
  readonly suggestion?: string;
  /** A warning is shown and keeps nothing from running. @defaultValue `error` */
  readonly severity?: 'error' | 'warning';
}

/** Port to where rules come from: a file, a service, a constitution kept elsewhere. @public */
export interface RuleSource {
  readonly specificationVersion: 1;
  readonly id: string;

  /** The rules in force now. A failure keeps the plan from being compiled: what can't be checked is not approved. */
  doLoadRules(signal: CancellationSignal): Promise<readonly PlanRule[]>;
}
