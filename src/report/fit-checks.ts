import { jsonBytes } from '../ports/json-bytes.js';
import type { CheckOutcome } from '../quality/check.js';
import { cutToBytes } from './cut-to-bytes.js';

/** Bytes to which the texts of checks are cut where space is short: one after the other, until the checks fit. */
const TEXT_BYTES = [400, 160, 60];

/** Bytes of an id that are kept where space is short. */
const ID_BYTES = 100;

/**
 * Shortens checks until all of them fit: first what was seen and the descriptions, then passed checks are left out, and at last failed ones.
 *
 * @param bytes - What they may take as JSON together, at least 2.
 * @returns The checks as they are where they fit.
 */
export function fitChecks(checks: readonly CheckOutcome[], bytes: number): readonly CheckOutcome[] {
  let fitted = checks;
  for (const limit of TEXT_BYTES) {
    if (jsonBytes(fitted) <= bytes) return fitted;
    fitted = fitted.map((check) => ({
      ...check,
      id: cutToBytes(check.id, ID_BYTES),
      description: cutToBytes(check.description, limit),
      seen: cutToBytes(check.seen, limit),
    }));
  }
  let left = bytes - 2;
  const kept = new Set<CheckOutcome>();
  for (const check of [...fitted.filter(({ passed }) => !passed), ...fitted.filter(({ passed }) => passed)]) {
    left -= jsonBytes(check) + 1;
    if (left < 0) break;
    kept.add(check);
  }
  return fitted.filter((check) => kept.has(check));
}
