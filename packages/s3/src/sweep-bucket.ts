import { DeleteObjectCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { SweptArtifacts } from 'kamachiq';
import type { S3Place } from './s3-options.js';

/** How many objects are looked at and removed at once. */
const AT_ONCE = 10;

/**
 * Removes the contents of a bucket that were last put before a moment. Whatever has no name of ours stays.
 *
 * Each is looked at once more right before it goes. The protocol has no removal of what is still as old as it was: a content that somebody puts between
 * these two requests, after nobody had for as long as all projects are old, is lost and must be made again.
 *
 * @throws what the client throws
 */
export async function sweepBucket(place: S3Place, before: Date, { dryRun }: { readonly dryRun: boolean }): Promise<SweptArtifacts> {
  let contents = 0;
  let bytes = 0;
  for await (const page of listOlder(place, before)) {
    const left = page.values();
    const sweepOneByOne = async () => {
      for (const { key, size } of left) {
        if (!dryRun && !(await removeIfOlder(place, key, before))) continue;
        contents += 1;
        bytes += size;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sweepOneByOne));
  }
  return { contents, bytes };
}

interface OldContent {
  readonly key: string;
  readonly size: number;
}

async function* listOlder({ client, bucket, prefix, timeoutMilliseconds }: S3Place, before: Date): AsyncGenerator<readonly OldContent[]> {
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(token === undefined ? {} : { ContinuationToken: token }) });
    const page = await client.send(command, { abortSignal: AbortSignal.timeout(timeoutMilliseconds) });
    const { Contents = [] } = page;
    const isOurs = (key: string) => /^([0-9a-f]{2})\/\1[0-9a-f]{62}$/.test(key.slice(prefix.length));
    yield Contents.flatMap(({ Key, Size = 0, LastModified }) =>
      Key !== undefined && LastModified !== undefined && LastModified < before && isOurs(Key) ? [{ key: Key, size: Size }] : [],
    );
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

async function removeIfOlder({ client, bucket, timeoutMilliseconds }: S3Place, key: string, before: Date): Promise<boolean> {
  const options = () => ({ abortSignal: AbortSignal.timeout(timeoutMilliseconds) });
  const object = { Bucket: bucket, Key: key };
  const found = await client.send(new HeadObjectCommand(object), options()).catch((error: unknown) => {
    // Another sweep was faster.
    if (error instanceof Error && error.name === 'NotFound') return null;
    throw error;
  });
  if (found?.LastModified === undefined || found.LastModified >= before) return false;
  await client.send(new DeleteObjectCommand(object), options());
  return true;
}
