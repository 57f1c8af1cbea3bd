/**
 * An artifact store for kamachiq in a bucket of S3, or of anything that speaks its protocol.
 *
 * @packageDocumentation
 */
export { S3ArtifactStore } from './s3-artifact-store.js';
export type { S3ArtifactStoreOptions } from './s3-options.js';
