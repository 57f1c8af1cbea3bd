import { TriggerRule } from '../graph/trigger-rule.js';
import { describeCondition } from './describe-condition.js';
import { displayName, displayText } from './display-text.js';
import { formatCount, formatMinutes, formatScore } from './format-quantity.js';
import type { PicturedTask } from './graph-picture.js';
import { type Appearance, appearanceOfState } from './state-appearance.js';

/** What a picture says of a task; cleaned and cut, not escaped. @internal */
export interface TaskWords {
  readonly name: string;
  /** Null in a plan. */
  readonly appearance: Appearance | null;
  /** Kind of work, and what it cost or is expected to cost. Examples: `code · 2,557 tokens · 0.97`, `code · up to 4,000 tokens · 12 min`. */
  readonly detail: string;
  /** Why it may start otherwise than after the success of everything before it, a line each. */
  readonly notes: readonly string[];
  /** What the compiler found wrong with it; null where nothing was. Example: `finding: orphan, missing-input`. */
  readonly fault: string | null;
  /** Whether it ended without having run. */
  readonly unrun: boolean;
}

const UNRUN: ReadonlySet<string | undefined> = new Set(['skipped', 'upstream-failed', 'cancelled']);

/** @internal */
export function wordsOf({ node, state, tokensSpent, verdict, findings = [] }: PicturedTask): TaskWords {
  const { type, triggerRule = TriggerRule.ALL_SUCCESS, when, estimatedTokens, estimatedMinutes } = node;
  const detail: string[] = [type];
  if (tokensSpent === undefined) {
    detail.push(estimatedTokens === 0 ? 'no model' : `up to ${formatCount(estimatedTokens)} tokens`);
    if (estimatedMinutes !== undefined) detail.push(`${formatMinutes(estimatedMinutes)} min`);
  } else if (tokensSpent > 0) detail.push(`${formatCount(tokensSpent)} tokens`);
  if (verdict != null) detail.push(formatScore(verdict.score, verdict.threshold));
  const notes: string[] = [];
  if (triggerRule !== TriggerRule.ALL_SUCCESS) notes.push(`rule: ${displayText(triggerRule, 60)}`);
  if (when !== undefined) notes.push(`when ${displayText(describeCondition(when), 300)}`);
  return {
    name: displayName(node.id),
    appearance: state === undefined ? null : appearanceOfState(state),
    detail: detail.join(' · '),
    notes,
    fault: findings.length === 0 ? null : `finding: ${findings.map((code) => displayText(code.replace(/^graph\./, ''), 60)).join(', ')}`,
    unrun: UNRUN.has(state),
  };
}

/** Everything that is said of a task, in one sentence or two, for those who don't see the picture. @internal */
export function describeTask({ name, appearance, detail, notes, fault }: TaskWords, critical: boolean): string {
  const parts = [
    `${name}: ${appearance === null ? detail : `${appearance.label}. ${detail}`}`,
    ...notes,
    ...(fault === null ? [] : [fault]),
    ...(critical ? ['On the critical path'] : []),
  ];
  return parts.join('. ');
}
