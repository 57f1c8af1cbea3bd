import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { type InputFinding, InvalidInputError } from 'kamachiq';

/** Where the contents are, and how the server is reached. @public */
export interface S3ArtifactStoreOptions {
  /** There already. */
  readonly bucket: string;
  /** What the keys begin with: letters, digits and `!-_.*'()`, in parts between slashes; empty for none. @defaultValue `artifacts` */
  readonly prefix?: string;
  /**
   * A client of the host's own, with its own retries; stays the host's, and `endpoint`, `region` and `credentials` are left to it.
   *
   * @defaultValue one that is made here and tries each request once: Temporal owns retries
   */
  readonly client?: S3Client;
  /** Of a server that is not Amazon's, with its scheme and port; buckets are then parts of the path. @defaultValue Amazon's */
  readonly endpoint?: string;
  /** @defaultValue that of the environment or the profile; `us-east-1` where there is an endpoint */
  readonly region?: string;
  /** @defaultValue what the environment, the profile, or the role of the machine gives */
  readonly credentials?: S3ClientConfig['credentials'];
  /** How long a request may take, with its whole content, from 1 to 3,600,000. @defaultValue 60,000 */
  readonly timeoutMilliseconds?: number;
}

/** Options that were looked at, with all that was left out. */
export interface S3Place {
  readonly client: S3Client;
  readonly bucket: string;
  /** Empty, or with a slash at its end. */
  readonly prefix: string;
  readonly timeoutMilliseconds: number;
}

const MOST_MILLISECONDS = 3_600_000;

/** @throws InvalidInputError `input.invalid` with all that is wrong */
export function readOptions(options: S3ArtifactStoreOptions): S3Place {
  const { bucket, prefix = 'artifacts', client, timeoutMilliseconds = 60_000 } = options;
  const findings: InputFinding[] = [];
  const refuse = (path: string, expected: string, got: unknown) =>
    findings.push({ code: 'client.invalid-option', path: `options.${path}`, expected, got: JSON.stringify(got)?.slice(0, 100) ?? typeof got });
  if (typeof bucket !== 'string' || bucket === '') refuse('bucket', 'the name of a bucket', bucket);
  if (
    typeof prefix !== 'string' ||
    !/^(?:[\w!\-.*'()]+(?:\/[\w!\-.*'()]+)*)?$/.test(prefix) ||
    prefix.split('/').some((part) => /^\.+$/.test(part))
  ) {
    refuse('prefix', "letters, digits and !-_.*'() in parts between slashes", prefix);
  }
  if (!Number.isSafeInteger(timeoutMilliseconds) || timeoutMilliseconds < 1 || timeoutMilliseconds > MOST_MILLISECONDS) {
    refuse('timeoutMilliseconds', `a whole number from 1 to ${MOST_MILLISECONDS}`, timeoutMilliseconds);
  }
  if (findings.length > 0) throw new InvalidInputError('S3ArtifactStore options', findings);
  return { client: client ?? createClient(options), bucket, prefix: prefix === '' ? '' : `${prefix}/`, timeoutMilliseconds };
}

function createClient({ endpoint, region, credentials }: S3ArtifactStoreOptions): S3Client {
  return new S3Client({
    maxAttempts: 1,
    // Checksums beyond those that the protocol asks for are not known to all servers; ours is sent with each content.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true, region: region ?? 'us-east-1' }),
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
  });
}
