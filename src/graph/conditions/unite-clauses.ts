import type { Claim, Clause, Constraint } from './run-formula.js';
import { domainSize, hasEveryValue, sameDomain, uniteDomains } from './value-domain.js';

/** A clause that holds where either of two does, or null; and how many constraints and parts of domains were looked at. */
export interface UnitedClause {
  readonly clause: Clause | null;
  readonly work: number;
}

/** How two clauses may become one. */
interface UniteOptions {
  /**
   * Whether it may hold where neither does; where it may not, there is none unless one clause holds wherever the other does, or they differ in a
   * single variable.
   */
  readonly loosely: boolean;
  /** Whether an output that may have any value, but must be there, is a constraint. */
  readonly keepsPresence: boolean;
}

/**
 * One clause for two.
 *
 * @param position - The task that runs only when either holds.
 */
export function uniteClauses(first: Clause, second: Clause, position: number, { loosely, keepsPresence }: UniteOptions): UnitedClause {
  if (first === second) return { clause: first, work: 1 };
  const united: Constraint[] = [];
  let work = 1;
  let narrowerInFirst = 0;
  let narrowerInSecond = 0;
  let different = 0;
  let i = 0;
  let j = 0;
  while (i < first.length || j < second.length) {
    const constraint = first[i];
    const other = second[j];
    work += 1;
    if (other === undefined || (constraint !== undefined && constraint.variable < other.variable)) {
      narrowerInFirst += 1;
      i += 1;
    } else if (constraint === undefined || constraint.variable > other.variable) {
      narrowerInSecond += 1;
      j += 1;
    } else {
      i += 1;
      j += 1;
      if (constraint.domain === other.domain) {
        united.push(constraint);
        continue;
      }
      work += domainSize(constraint.domain) + domainSize(other.domain);
      const domain = uniteDomains(constraint.domain, other.domain);
      const asFirst = sameDomain(domain, constraint.domain);
      const asSecond = sameDomain(domain, other.domain);
      if (!asFirst && !asSecond) different += 1;
      else if (!asSecond) narrowerInSecond += 1;
      else if (!asFirst) narrowerInFirst += 1;
      const saysNothing = hasEveryValue(domain) && (domain.missing || !keepsPresence);
      if (!saysNothing) united.push({ variable: constraint.variable, domain, reason: claimOf(constraint, other, domain, position) });
    }
    if (!loosely && different + Math.min(narrowerInFirst, 1) + Math.min(narrowerInSecond, 1) > 1) return { clause: null, work };
  }
  if (loosely || different === 1) return { clause: united, work };
  return { clause: narrowerInFirst > 0 ? second : first, work };
}

/** In the words of the conditions where they are at hand: bounds of whole numbers are spelt differently in a domain. */
function claimOf({ variable, reason: first }: Constraint, { reason: second }: Constraint, united: Constraint['domain'], position: number): Claim {
  const plain = 'domain' in first && 'domain' in second && first.variable === variable && second.variable === variable;
  return { position, variable, domain: plain ? uniteDomains(first.domain, second.domain) : united };
}
