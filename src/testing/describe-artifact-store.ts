import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { ArtifactReference, ArtifactStore } from '../ports/artifact-store.js';
import type { ContractRunner } from './contract-runner.js';

/**
 * The contract of {@link ArtifactStore} as a suite: what goes in comes out, once, under its own hash, and what is not there is said so.
 *
 * @param runner - `describe`, `it` and `afterAll` of whatever runs the tests.
 * @param createStore - Opens an empty store; called once.
 *
 * @public
 */
export function describeArtifactStore({ describe, it }: ContractRunner, createStore: () => Promise<ArtifactStore>): void {
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
        assert.equal(reference.sha256, createHash('sha256').update(content).digest('hex'));
        assert.deepEqual(new Uint8Array(await (await store()).doGet(reference)), content);
      });
    }

    it('gives the same content the same reference, also when many store it at once', async () => {
      const content = new TextEncoder().encode('once');
      const references = await Promise.all(Array.from({ length: 10 }, async () => (await store()).doPut(content, 'text/plain')));
      for (const reference of references) assert.deepEqual(reference, references[0]);
    });

    it('keeps its own copy of what it was given', async () => {
      const content = new TextEncoder().encode('original');
      const reference = await (await store()).doPut(content, 'text/plain');
      content.fill(0);
      assert.equal(new TextDecoder().decode(await (await store()).doGet(reference)), 'original');
    });

    it('says when a content is not there', async () => {
      for (const sha256 of ['0'.repeat(64), '../../etc/passwd', '', '__proto__']) {
        const reference: ArtifactReference = { sha256, bytes: 1, mediaType: 'text/plain' };
        await assert.rejects(async () => (await store()).doGet(reference), { code: 'artifact.missing' });
      }
    });
  });
}

const contents: readonly (readonly [string, Uint8Array])[] = [
  ['nothing', new Uint8Array()],
  ['a text', new TextEncoder().encode('ünïcode \u0000 and a NUL')],
  ['every byte', Uint8Array.from({ length: 256 }, (_, index) => index)],
  ['five megabytes', new Uint8Array(5 * 1024 * 1024).fill(171)],
];
