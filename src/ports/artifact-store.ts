/**
 * Port to a store of immutable contents, addressed by their SHA-256. Every implementation passes `describeArtifactStore` from `kamachiq/testing`.
 *
 * @public
 */
export interface ArtifactStore {
  readonly specificationVersion: 1;

  /**
   * Stores the content once, whole or not at all; the same content gives the same reference. A content that is there already counts as put just now,
   * and one that was damaged meanwhile is whole again.
   *
   * @throws ArtifactError `artifact.unwritable`.
   */
  doPut(content: Uint8Array, mediaType: string): Promise<ArtifactReference>;

  /**
   * Reads a content back and verifies it.
   *
   * @throws ArtifactError `artifact.missing`, `artifact.corrupted` or, when the store could not be asked, `artifact.unreadable`.
   */
  doGet(reference: ArtifactReference): Promise<Uint8Array>;

  /**
   * Removes the contents that were last put before a moment, for good. A store that leaves this out keeps everything, or has other means.
   *
   * @throws ArtifactError `artifact.unwritable`; what was removed until then stays removed.
   */
  doSweep?(before: Date, options?: SweepOptions): Promise<SweptArtifacts>;
}

/** How a store is swept. @public */
export interface SweepOptions {
  /** Only tells what would be removed. @defaultValue false */
  readonly dryRun?: boolean;
}

/** What a sweep removed, or would remove. @public */
export interface SweptArtifacts {
  readonly contents: number;
  readonly bytes: number;
}

/** Names a stored content; small enough for workflow state. @public */
export interface ArtifactReference {
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
  readonly mediaType: string;
}
