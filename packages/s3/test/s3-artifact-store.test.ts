import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { ArtifactReference } from 'kamachiq';
import { describeArtifactStore } from 'kamachiq/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { S3ArtifactStore } from '../src/index.js';
import { missingForS3, S3Server } from './support/s3-server.js';

const missing = missingForS3();
let server: S3Server;

const bytes = (text: string) => new TextEncoder().encode(text);
const keyOf = ({ sha256 }: Pick<ArtifactReference, 'sha256'>, prefix: string) => `${prefix}/${sha256.slice(0, 2)}/${sha256}`;
const open = (prefix: string, more: Partial<ConstructorParameters<typeof S3ArtifactStore>[0]> = {}) =>
  new S3ArtifactStore({ bucket: server.bucket, prefix, endpoint: server.endpoint, credentials: server.credentials, ...more });

async function flipByte(prefix: string, reference: ArtifactReference): Promise<void> {
  const object = { Bucket: server.bucket, Key: keyOf(reference, prefix) };
  const content = await (await server.client.send(new GetObjectCommand(object))).Body!.transformToByteArray();
  content[0]! ^= 1;
  await server.client.send(new PutObjectCommand({ ...object, Body: content }));
}

const timeOf = async (prefix: string, reference: ArtifactReference): Promise<Date> =>
  (await server.client.send(new HeadObjectCommand({ Bucket: server.bucket, Key: keyOf(reference, prefix) }))).LastModified!;

describe.skipIf(missing !== '')(`S3ArtifactStore on SeaweedFS${missing}`, () => {
  beforeAll(async () => {
    server = await S3Server.start();
  });
  afterAll(async () => server?.stop());

  describeArtifactStore({ describe, it, afterAll }, async () => open('contract'), { damage: (reference) => flipByte('contract', reference) });

  it('keeps a content once, under its hash, as bytes that no browser shows', async () => {
    const store = open('shown/as bytes'.replace(' ', '-'));
    const reference = await store.doPut(bytes('<script>'), 'text/html');
    await store.doPut(bytes('<script>'), 'image/svg+xml');
    const listed = await server.client.send(new ListObjectsV2Command({ Bucket: server.bucket, Prefix: 'shown/' }));
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual([keyOf(reference, 'shown/as-bytes')]);
    const head = await server.client.send(new HeadObjectCommand({ Bucket: server.bucket, Key: keyOf(reference, 'shown/as-bytes') }));
    expect(head.ContentType).toBe('application/octet-stream');
  });

  it('notices a content that is longer or shorter than what was stored, and reads no more of it than needed', async () => {
    const store = open('lengths');
    const reference = await store.doPut(bytes('as long as this'), 'text/plain');
    for (const [other, read] of [
      [new Uint8Array(20_000_000), /got \d{2,6} with/],
      [bytes('short'), /got 5 with/],
      [new Uint8Array(), /got 0 with/],
    ] as const) {
      await server.client.send(new PutObjectCommand({ Bucket: server.bucket, Key: keyOf(reference, 'lengths'), Body: other }));
      await expect(store.doGet(reference)).rejects.toMatchObject({ code: 'artifact.corrupted', message: expect.stringMatching(read) });
    }
  });

  it('is one store for all who share bucket and prefix, and none for others', async () => {
    const reference = await open('shared').doPut(bytes('shared'), 'text/plain');
    expect(new TextDecoder().decode(await open('shared').doGet(reference))).toBe('shared');
    await expect(open('share').doGet(reference)).rejects.toMatchObject({ code: 'artifact.missing' });
    await expect(open('').doGet(reference)).rejects.toMatchObject({ code: 'artifact.missing' });
  });

  it('takes a client of the host’s own', async () => {
    const { bucket, client } = server;
    const store = new S3ArtifactStore({ bucket, client });
    const reference = await store.doPut(bytes('own client'), 'text/plain');
    expect(await timeOf('artifacts', reference)).toBeInstanceOf(Date);
    expect(await store.doGet(reference)).toHaveLength(10);
  });

  it('keeps what was put again since the moment before which it is swept, and whatever is not its own', async () => {
    const store = open('aged');
    const [old, renewed] = [await store.doPut(bytes('old'), 'x/y'), await store.doPut(bytes('renewed'), 'x/y')];
    const strangers = ['aged/notes.txt', `aged/ab/${old.sha256}`, `aged/${old.sha256}`, `aged/${old.sha256.slice(0, 2)}/${old.sha256}.copy`];
    for (const Key of strangers) await server.client.send(new PutObjectCommand({ Bucket: server.bucket, Key, Body: 'x' }));
    // The server's clock goes by whole seconds here: put again until one has passed.
    const since = await timeOf('aged', renewed);
    let before = since;
    while (before <= since) {
      await store.doPut(bytes('renewed'), 'x/y');
      before = await timeOf('aged', renewed);
    }
    expect(await store.doSweep(before)).toEqual({ contents: 1, bytes: 3 });
    await expect(store.doGet(old)).rejects.toMatchObject({ code: 'artifact.missing' });
    expect(await store.doGet(renewed)).toHaveLength(7);
    expect(await store.doSweep(new Date(Date.now() + 86_400_000))).toEqual({ contents: 1, bytes: 7 });
    const left = await server.client.send(new ListObjectsV2Command({ Bucket: server.bucket, Prefix: 'aged/' }));
    expect(left.Contents?.map(({ Key }) => Key).sort()).toEqual([...strangers].sort());
  });

  it('sweeps more than the server lists at once', async () => {
    const store = open('many');
    const texts = Array.from({ length: 1_100 }, (_, index) => `${index}`);
    const left = texts.values();
    const putOneByOne = async () => {
      for (const text of left) await store.doPut(bytes(text), 'x/y');
    };
    await Promise.all(Array.from({ length: 10 }, putOneByOne));
    const everything = new Date(Date.now() + 86_400_000);
    expect(await store.doSweep(everything, { dryRun: true })).toMatchObject({ contents: 1_100 });
    // Two sweeps at once remove each content, and count it, at least once between them.
    const [first, second] = await Promise.all([store.doSweep(everything), store.doSweep(everything)]);
    expect(first.contents + second.contents).toBeGreaterThanOrEqual(1_100);
    expect(await store.doSweep(everything)).toEqual({ contents: 0, bytes: 0 });
  });

  describe('when something is wrong', () => {
    const anything = { sha256: createHash('sha256').update('x').digest('hex'), bytes: 1, mediaType: 'x/y' };
    const expectRefusals = async (store: S3ArtifactStore, words: RegExp) => {
      const message = expect.stringMatching(words);
      await expect(store.doPut(bytes('x'), 'x/y')).rejects.toMatchObject({ code: 'artifact.unwritable', message });
      await expect(store.doGet(anything)).rejects.toMatchObject({ code: 'artifact.unreadable', message });
      await expect(store.doSweep(new Date())).rejects.toMatchObject({ code: 'artifact.unwritable', message });
    };

    it('names a wrong key', async () => {
      const credentials = { accessKeyId: 'kamachiq', secretAccessKey: 'wrong' };
      await expectRefusals(open('contract', { credentials }), /SignatureDoesNotMatch/);
      await expectRefusals(open('contract', { credentials: { ...credentials, accessKeyId: 'stranger' } }), /InvalidAccessKeyId/);
    });

    it('names a server that is not there', async () => {
      const gone = createServer().listen(0, '127.0.0.1');
      await once(gone, 'listening');
      const { port } = gone.address() as AddressInfo;
      await new Promise((resolve) => gone.close(resolve));
      await expectRefusals(open('contract', { endpoint: `http://127.0.0.1:${port}` }), /ECONNREFUSED/);
    });

    it('gives up on a server that hangs, and goes on with it once it is back', async () => {
      const store = open('contract', { timeoutMilliseconds: 300 });
      const reference = await open('contract').doPut(bytes('x'), 'x/y');
      server.freeze();
      try {
        await expectRefusals(store, /Abort|Timeout/);
      } finally {
        server.thaw();
      }
      expect(await open('contract').doGet(reference)).toHaveLength(1);
    });

    it('refuses options that can’t be right, all at once', () => {
      const options = { bucket: '', prefix: '../up', timeoutMilliseconds: Number.NaN };
      expect(() => new S3ArtifactStore(options)).toThrow(/3 problems.*options\.bucket.*options\.prefix.*options\.timeoutMilliseconds/);
      for (const prefix of ['/a', 'a/', 'a//b', '.', 'a b', 'ä', 7 as unknown as string]) {
        expect(() => new S3ArtifactStore({ bucket: 'contents', prefix })).toThrow(/options\.prefix/);
      }
    });
  });
});
