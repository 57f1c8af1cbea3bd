import { KamachiqError, type KamachiqErrorDetails } from './kamachiq-error.js';

/** A content that can't be stored or read back. @public */
export class ArtifactError extends KamachiqError {
  declare readonly code: 'artifact.missing' | 'artifact.corrupted' | 'artifact.unwritable';

  constructor(details: KamachiqErrorDetails & { readonly code: 'artifact.missing' | 'artifact.corrupted' | 'artifact.unwritable' }) {
    super(details);
    this.name = 'ArtifactError';
  }
}
