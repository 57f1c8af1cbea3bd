import { KamachiqError, type KamachiqErrorDetails } from './kamachiq-error.js';

/** What kept a sandbox from running anything. @public */
export type SandboxErrorCode =
  | 'sandbox.unavailable'
  | 'sandbox.node-too-old'
  | 'sandbox.unsupported-language'
  | 'sandbox.invalid-request'
  | 'sandbox.cancelled';

/** A sandbox that could not run; what generated code does inside one is an observation, never this. @public */
export class SandboxError extends KamachiqError {
  declare readonly code: SandboxErrorCode;

  constructor(details: KamachiqErrorDetails & { readonly code: SandboxErrorCode }) {
    super(details);
    this.name = 'SandboxError';
  }
}
