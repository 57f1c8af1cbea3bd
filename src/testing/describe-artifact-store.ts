import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { ArtifactReference, ArtifactStore } from '../ports/artifact-store.js';
import type { ContractRunner } from './contract-runner.js';

/** What the suite needs beside the store itself. @public */
export interface ArtifactStoreContract {
  /**
   * Changes a content where the store keeps it, behind the store's back, and leaves its size as it is. Without it the suite doesn't ask how the
   * store takes damage.
   */
  readonly damage?: (reference: ArtifactReference) => Promise<void>;
}

/**
 * The contract of {@link ArtifactStore} as a suite: what goes in comes out, once and whole, under its own hash; what is not there or not what it was is
 * said so, and whole again once it is put anew; and what is swept is gone, where the store can sweep.
 *
 * @param runner - `describe`, `it` and `afterAll` of whatever runs the tests.
 * @param createStore - Opens an empty store; called once.
 *
 * @public
 */
export function describeArtifactStore(
  { describe, it }: ContractRunner,
  createStore: () => Promise<ArtifactStore>,
  { damage }: ArtifactStoreContract = {},
): void {
  describe('an artifact store', () => {
    let opened: Promise<ArtifactStore> | null = null;
    const store = () => {
      opened ??= createStore();
      return opened;
    };

    for (const [name, content] of contents) {
      it(`gives back ${name}`, async () => {
        const reference = await (await store()).doPut(content, 'application/octet-stream');
        assert.equal(reference.bytes, content.byteLength);
        assert.equal(reference.sha256, sha256(content));
        assert.deepEqual(new Uint8Array(await (await store()).doGet(reference)), content);
      });
    }

    it('gives the same content the same reference, also when many store it at once', async () => {
      const content = encode('once');
      const references = await Promise.all(Array.from({ length: 10 }, async () => (await store()).doPut(content, 'text/plain')));
      for (const reference of references) assert.deepEqual(reference, references[0]);
      assert.deepEqual(new Uint8Array(await (await store()).doGet(references[0]!)), content);
    });

    it('keeps its own copy of what it was given', async () => {
      const content = encode('original');
      const reference = await (await store()).doPut(content, 'text/plain');
      content.fill(0);
      assert.equal(decode(await (await store()).doGet(reference)), 'original');
    });

    it('shows readers all of a content or nothing, while many put it', async () => {
      const open = await store();
      const content = new Uint8Array(3 * 1024 * 1024).fill(99);
      const reference = { sha256: sha256(content), bytes: content.byteLength, mediaType: 'application/octet-stream' };
      let putting = true;
      const puts = Promise.all(Array.from({ length: 4 }, () => open.doPut(content, reference.mediaType))).finally(() => {
        putting = false;
      });
      do {
        const read = await open.doGet(reference).catch((error: { readonly code?: unknown }) => {
          assert.equal(error.code, 'artifact.missing');
          return null;
        });
        if (read !== null) assert.equal(read.byteLength, content.byteLength);
      } while (putting);
      await puts;
      assert.equal(sha256(await open.doGet(reference)), reference.sha256);
    });

    it('says when a content is not there, whatever it is asked for', async () => {
      for (const hash of ['0'.repeat(64), ...hostile]) {
        const reference = { sha256: hash, bytes: 1, mediaType: 'text/plain' } as ArtifactReference;
        await assert.rejects(async () => (await store()).doGet(reference), { code: 'artifact.missing' });
      }
    });

    it('takes any media type and gives it back in the reference', async () => {
      for (const mediaType of ['', '../x', '__proto__', 'text/plain\r\nx-injected: 1', 'ünï/cödé', 'x'.repeat(100_000)]) {
        const reference = await (await store()).doPut(encode('typed'), mediaType);
        assert.deepEqual(reference, { sha256: sha256(encode('typed')), bytes: 5, mediaType });
        assert.equal(decode(await (await store()).doGet(reference)), 'typed');
      }
    });

    if (damage !== undefined) {
      it('says when a content is not what it was, and makes it whole when it is put again', async () => {
        const open = await store();
        const content = encode('the truth');
        const reference = await open.doPut(content, 'text/plain');
        for (const _ of [1, 2]) {
          await damage(reference);
          await assert.rejects(open.doGet(reference), { code: 'artifact.corrupted' });
          await assert.rejects(open.doGet(reference), { code: 'artifact.corrupted' });
          assert.deepEqual(await open.doPut(content, 'text/plain'), reference);
          assert.deepEqual(new Uint8Array(await open.doGet(reference)), content);
        }
      });

      it('makes a damaged content whole that is put before anybody has read it', async () => {
        const open = await store();
        const content = encode('unread');
        const reference = await open.doPut(content, 'text/plain');
        await damage(reference);
        await Promise.all(Array.from({ length: 5 }, () => open.doPut(content, 'text/plain')));
        assert.deepEqual(new Uint8Array(await open.doGet(reference)), content);
      });
    }

    it('keeps what was put since the moment before which it is swept', async () => {
      const open = await store();
      if (open.doSweep === undefined) return;
      const reference = await open.doPut(encode('young'), 'text/plain');
      assert.deepEqual(await open.doSweep(new Date(Date.now() - DAY)), { contents: 0, bytes: 0 });
      assert.equal(decode(await open.doGet(reference)), 'young');
    });

    it('loses what is swept, once it is told to do it, and takes it again', async () => {
      const open = await store();
      if (open.doSweep === undefined) return;
      const everything = new Date(Date.now() + DAY);
      await open.doSweep(everything);
      const references = [await open.doPut(encode('first'), 'text/plain'), await open.doPut(encode('second one'), 'text/plain')];
      assert.deepEqual(await open.doSweep(everything, { dryRun: true }), { contents: 2, bytes: 15 });
      assert.equal(decode(await open.doGet(references[0]!)), 'first');
      assert.deepEqual(await open.doSweep(everything), { contents: 2, bytes: 15 });
      for (const reference of references) await assert.rejects(open.doGet(reference), { code: 'artifact.missing' });
      assert.deepEqual(await open.doSweep(everything), { contents: 0, bytes: 0 });
      assert.deepEqual(await open.doPut(encode('first'), 'text/plain'), references[0]);
      assert.equal(decode(await open.doGet(references[0]!)), 'first');
    });
  });
}

const DAY = 86_400_000;
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (content: Uint8Array): string => new TextDecoder().decode(content);
const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

const contents: readonly (readonly [string, Uint8Array])[] = [
  ['nothing', new Uint8Array()],
  ['a text', encode('ünïcode \u0000 and a NUL')],
  ['every byte', Uint8Array.from({ length: 256 }, (_, index) => index)],
  ['five megabytes', new Uint8Array(5 * 1024 * 1024).fill(171)],
];

/** What arrives where a hash is expected. */
const hostile: readonly unknown[] = [
  '',
  '../../etc/passwd',
  '/etc/passwd',
  '__proto__',
  'constructor',
  'A'.repeat(64),
  `${'0'.repeat(64)}\n`,
  `${'0'.repeat(63)}\u0000`,
  'é'.repeat(64),
  'x'.repeat(100_000),
  undefined,
  null,
  7,
  ['0'.repeat(64)],
  Object.create(null),
];
