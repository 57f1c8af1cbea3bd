/**
 * Port to a store of immutable contents, addressed by their SHA-256. Every implementation passes `describeArtifactStore` from `kamachiq/testing`.
 *
 * @public
 */
export interface ArtifactStore {
  readonly specificationVersion: 1;

  /** Stores the content once, whole or not at all; the same content gives the same reference. */
  doPut(content: Uint8Array, mediaType: string): Promise<ArtifactReference>;

  /**
   * Reads a content back and verifies it.
   *
   * @throws ArtifactError `artifact.missing` or `artifact.corrupted`.
   */
  doGet(reference: ArtifactReference): Promise<Uint8Array>;
}

/** Names a stored content; small enough for workflow state. @public */
export interface ArtifactReference {
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
  readonly mediaType: string;
}
