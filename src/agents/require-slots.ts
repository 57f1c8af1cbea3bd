import { KamachiqError } from '../errors/kamachiq-error.js';

/** A number of slots that a pool can have. @throws KamachiqError `pool.invalid-slots` */
export function requireSlots(slots: number): number {
  if (Number.isSafeInteger(slots) && slots >= 1) return slots;
  throw new KamachiqError({
    code: 'pool.invalid-slots',
    message: `Expected a whole number of slots of at least 1, got ${slots}.`,
    remedy: 'Allow at least one at once.',
  });
}
