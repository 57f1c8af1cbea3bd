import { displayName } from './display-text.js';
import { formatInstant } from './format-quantity.js';
import type { RevisionReport } from './project-report.js';

/** A change of the plan in one line. Example: `Revision 1, 2026-03-04 10:00:00 UTC: added last; dropped third. The third is not needed.` @internal */
export function describeRevision({ revision, revisedAt, reason, added, replaced, dropped }: RevisionReport): string {
  const changes = (
    [
      ['added', added],
      ['replaced', replaced],
      ['dropped', dropped],
    ] as const
  ).flatMap(([verb, ids]) => (ids.length === 0 ? [] : [`${verb} ${ids.map(displayName).join(', ')}`]));
  return `Revision ${revision}, ${formatInstant(revisedAt)}: ${changes.join('; ')}. ${reason}`;
}
