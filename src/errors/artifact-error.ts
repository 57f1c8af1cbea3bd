import { KamachiqError, type KamachiqErrorDetails } from './kamachiq-error.js';

/** Codes of an {@link ArtifactError}. @public */
export type ArtifactErrorCode = 'artifact.missing' | 'artifact.corrupted' | 'artifact.unreadable' | 'artifact.unwritable';

/** A content that can't be stored or read back. @public */
export class ArtifactError extends KamachiqError {
  declare readonly code: ArtifactErrorCode;

  constructor(details: KamachiqErrorDetails & { readonly code: ArtifactErrorCode }) {
    super(details);
    this.name = 'ArtifactError';
  }
}
