import { displayName } from './display-text.js';
import { formatInstant, formatNumbered } from './format-quantity.js';
import type { ProjectReport, RevisionReport } from './project-report.js';

/** Characters of a line that {@link describeRevision} makes: a reason of the greatest length, and what was changed. @internal */
export const REVISION_CHARACTERS = 3_000;

/** Characters of ids after which the rest is counted, for each kind of change: the reason must not be lost behind them. */
const NAMED_CHARACTERS = 80;

/** A change of the plan in one line. Example: `Revision 1, 2026-03-04 10:00:00 UTC: added last; dropped third. The third is not needed.` @internal */
export function describeRevision({ revision, revisedAt, reason, added, replaced, dropped }: RevisionReport): string {
  const changes = (
    [
      ['added', added],
      ['replaced', replaced],
      ['dropped', dropped],
    ] as const
  ).flatMap(([verb, ids]) => (ids.length === 0 ? [] : [`${verb} ${listSome(ids)}`]));
  return `Revision ${revision}, ${formatInstant(revisedAt)}: ${changes.join('; ')}. ${reason}`;
}

/** How often a plan was changed on the way, after who made it; empty where it never was. Example: `, changed by 2 revisions`. @internal */
export function describeRevised({ revisions = [] }: ProjectReport['plan']): string {
  return revisions.length === 0 ? '' : `, changed by ${formatNumbered(revisions.length, 'revision')}`;
}

/** Where a plan comes from of which no model decided anything. Example: `the plan follows from the spec alone`. @internal */
export function describeDescent({ madeBy, revisions = [] }: ProjectReport['plan']): string {
  const sources = madeBy === 'the spec' ? 'the spec' : `the spec and ${displayName(madeBy)}`;
  return revisions.length === 0
    ? `the plan follows from ${sources} alone`
    : `the first plan follows from ${sources} alone; ${formatNumbered(revisions.length, 'revision')} changed it`;
}

function listSome(ids: readonly string[]): string {
  const named: string[] = [];
  let characters = 0;
  for (const id of ids) {
    if (characters >= NAMED_CHARACTERS) break;
    named.push(displayName(id));
    characters += named.at(-1)!.length;
  }
  const left = ids.length - named.length;
  return `${named.join(', ')}${left === 0 ? '' : ` and ${left} more`}`;
}
