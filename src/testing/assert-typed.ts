import assert from 'node:assert/strict';
import { KamachiqError } from '../errors/kamachiq-error.js';

/** Fails unless it is an error with a stable code and a remedy; true otherwise, as `assert.rejects` wants it. */
export function assertTyped(error: unknown): true {
  assert.ok(KamachiqError.isInstance(error), String(error));
  assert.match(error.code, /^[a-z]+\.[a-z-]+$/);
  assert.notEqual(error.remedy, '');
  return true;
}
