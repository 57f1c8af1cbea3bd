import type { ArtifactReference } from '../ports/artifact-store.js';

/** What a failed activity tells beside its message. */
export interface FailureDetails {
  readonly tokensSpent: number;
  /** @defaultValue 0 */
  readonly microDollarsSpent?: number;
  readonly retryAfterMilliseconds: number | null;
  /** Records of the model's calls that were made before it failed; null where they could not be stored. */
  readonly record: ArtifactReference | null;
}
