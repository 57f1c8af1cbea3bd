import { createHash } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  ArtifactError,
  type ArtifactReference,
  type ArtifactStore,
  requireArtifactHash,
  requireSameContent,
  type SweepOptions,
  type SweptArtifacts,
} from 'kamachiq';
import { readBody } from './read-body.js';
import { readOptions, type S3ArtifactStoreOptions, type S3Place } from './s3-options.js';
import { sweepBucket } from './sweep-bucket.js';

/**
 * Keeps contents as objects named after their SHA-256 in a bucket, which several workers may share.
 *
 * Each put writes the object, whole or not at all and with its checksum, also where it is there already: one request, which renews the object's time and makes
 * whole what was damaged. Every read is verified. Nothing is tried twice here unless a client of the host's own does: Temporal owns retries.
 *
 * @public
 */
export class S3ArtifactStore implements ArtifactStore {
  readonly specificationVersion = 1;
  readonly #place: S3Place;

  /** @throws InvalidInputError `input.invalid` with all that is wrong with the options */
  constructor(options: S3ArtifactStoreOptions) {
    this.#place = readOptions(options);
  }

  async doPut(content: Uint8Array, mediaType: string): Promise<ArtifactReference> {
    const { client, bucket, timeoutMilliseconds } = this.#place;
    const digest = createHash('sha256').update(content).digest();
    const reference = { sha256: digest.toString('hex'), bytes: content.byteLength, mediaType };
    const command = new PutObjectCommand({
      Bucket: bucket,
      Key: this.#key(reference.sha256),
      Body: content,
      ContentLength: content.byteLength,
      // Not the media type, which is the reference's: no browser that is led to the bucket shows what a model wrote as a page.
      ContentType: 'application/octet-stream',
      ChecksumSHA256: digest.toString('base64'),
    });
    await client.send(command, { abortSignal: AbortSignal.timeout(timeoutMilliseconds) }).catch((cause: unknown) => {
      throw this.#unwritable(`to store ${content.byteLength} bytes`, cause);
    });
    return reference;
  }

  async doGet(reference: ArtifactReference): Promise<Uint8Array> {
    const { client, bucket, timeoutMilliseconds } = this.#place;
    const sha256 = requireArtifactHash(reference);
    const abortSignal = AbortSignal.timeout(timeoutMilliseconds);
    let content: Uint8Array;
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: this.#key(sha256) }), { abortSignal });
      // One byte more than there may be tells a longer content from the right one.
      content = await readBody(Body, { most: reference.bytes + 1, signal: abortSignal });
    } catch (cause) {
      throw this.#notRead(sha256, cause);
    }
    requireSameContent(reference, { sha256: createHash('sha256').update(content).digest('hex'), bytes: content.byteLength });
    return content;
  }

  async doSweep(before: Date, { dryRun = false }: SweepOptions = {}): Promise<SweptArtifacts> {
    try {
      return await sweepBucket(this.#place, before, { dryRun });
    } catch (cause) {
      throw this.#unwritable('to remove old contents', cause);
    }
  }

  #key(sha256: string): string {
    return `${this.#place.prefix}${sha256.slice(0, 2)}/${sha256}`;
  }

  #unwritable(what: string, cause: unknown): ArtifactError {
    return new ArtifactError({
      code: 'artifact.unwritable',
      message: `Expected ${what} in the bucket ${this.#place.bucket}, got ${describeCause(cause)}.`,
      remedy: 'Mend the connection, the bucket or the rights that the message names.',
      cause,
    });
  }

  #notRead(sha256: string, cause: unknown): ArtifactError {
    const { bucket } = this.#place;
    if (cause instanceof Error && cause.name === 'NoSuchKey') {
      return new ArtifactError({
        code: 'artifact.missing',
        message: `Expected a content ${sha256} in the bucket ${bucket}, got none.`,
        remedy: 'Use the store that the project was run with.',
        cause,
      });
    }
    return new ArtifactError({
      code: 'artifact.unreadable',
      message: `Expected to read ${sha256} in the bucket ${bucket}, got ${describeCause(cause)}.`,
      remedy:
        'Mend the connection, the bucket or the rights that the message names. Without the right to list, absent contents can’t be told from forbidden ones.',
      cause,
    });
  }
}

/** What a server or the way to it said, in one short line. */
function describeCause(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause).slice(0, 300);
  const inner = cause instanceof AggregateError ? (cause.errors[0] as unknown) : undefined;
  const said = cause.message || (inner instanceof Error ? inner.message : '');
  return `${cause.name}: ${said}`.replace(/\s+/g, ' ').slice(0, 300);
}
