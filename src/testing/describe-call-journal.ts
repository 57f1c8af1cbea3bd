import assert from 'node:assert/strict';
import type { CallJournal } from '../ports/call-journal.js';
import type { ModelCallRecord } from '../report/project-report.js';
import type { ContractRunner } from './contract-runner.js';

/**
 * The contract of {@link CallJournal} as a suite: what was opened is known after a loss, and nothing is opened once an attempt was sealed.
 *
 * @param runner - `describe`, `it` and `afterAll` of whatever runs the tests.
 * @param openJournal - Opens the journal, as each worker does for itself: always the same, empty at first; called several times.
 *
 * @public
 */
export function describeCallJournal({ describe, it }: ContractRunner, openJournal: () => Promise<CallJournal>): void {
  describe('a call journal', () => {
    it('knows nothing of an attempt that never began', async () => {
      const journal = await openJournal();
      assert.equal(await journal.doSeal('never'), null);
      assert.equal(await journal.doSeal('never'), null);
    });

    it('knows of an attempt that made no call that it made none', async () => {
      await (await openJournal()).doBegin('idle');
      assert.deepEqual(await (await openJournal()).doSeal('idle'), []);
    });

    it('gives back calls in the order of their opening: closed ones as they were closed, the others as they were opened', async () => {
      const journal = await openJournal();
      await journal.doBegin('busy');
      await journal.doOpen('busy', call(0));
      await journal.doOpen('busy', call(1));
      await journal.doOpen('busy', call(2));
      await journal.doClose('busy', closed(2));
      await journal.doClose('busy', closed(0));
      assert.deepEqual(await (await openJournal()).doSeal('busy'), [closed(0), call(1), closed(2)]);
    });

    it('can’t tell the calls of an attempt that never began, and opens none of it after the seal', async () => {
      const [zombie, other] = [await openJournal(), await openJournal()];
      await zombie.doOpen('without', call(0));
      assert.equal(await other.doSeal('without'), null);
      await assert.rejects(zombie.doOpen('without', call(1)), { code: 'journal.sealed' });
    });

    it('counts a call that was opened twice under one key twice', async () => {
      const journal = await openJournal();
      await journal.doBegin('again');
      await journal.doOpen('again', call(0));
      await journal.doOpen('again', call(0));
      await journal.doClose('again', closed(0));
      assert.deepEqual(await journal.doSeal('again'), [call(0), closed(0)]);
    });

    it('opens nothing after the seal, and answers a repeated seal the same', async () => {
      const [zombie, other] = [await openJournal(), await openJournal()];
      await zombie.doBegin('sealed');
      await zombie.doOpen('sealed', call(0));
      assert.deepEqual(await other.doSeal('sealed'), [call(0)]);
      await assert.rejects(zombie.doOpen('sealed', call(1)), { code: 'journal.sealed' });
      await zombie.doClose('sealed', closed(0));
      assert.deepEqual(await other.doSeal('sealed'), [call(0)]);
    });

    it('begins nothing that was sealed before', async () => {
      const [zombie, other] = [await openJournal(), await openJournal()];
      assert.equal(await other.doSeal('early'), null);
      await assert.rejects(zombie.doBegin('early'), { code: 'journal.sealed' });
      await assert.rejects(zombie.doOpen('early', call(0)), { code: 'journal.sealed' });
      assert.equal(await other.doSeal('early'), null);
    });

    it('keeps attempts apart, whatever they are called', async () => {
      const journal = await openJournal();
      for (const [index, attempt] of hostileNames.entries()) {
        await journal.doBegin(attempt);
        await journal.doOpen(attempt, { ...call(index), key: attempt });
      }
      for (const [index, attempt] of hostileNames.entries()) assert.deepEqual(await journal.doSeal(attempt), [{ ...call(index), key: attempt }]);
    });

    it('lets a call be made or be sealed away, never both, when both come at once', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const attempt = `race ${round}`;
        const [zombie, other] = [await openJournal(), await openJournal()];
        await zombie.doBegin(attempt);
        const opened: string[] = [];
        // Calls side by side, and one after the other; the seal comes among them, at another place each round.
        const strand = async (name: number) => {
          for (let index = 0; index < CALLS; index += 1) {
            const { key, ...rest } = call(name * CALLS + index);
            await zombie.doOpen(attempt, { key, ...rest });
            opened.push(key);
          }
        };
        let waits = round;
        const seal = async () => {
          for (; waits > 0; waits -= 1) await zombie.doClose(attempt, closed(0));
          return other.doSeal(attempt);
        };
        const [sealed, ...strands] = await Promise.allSettled([seal(), strand(0), strand(1), strand(2)]);
        assert.equal(sealed.status, 'fulfilled');
        for (const ended of strands)
          if (ended.status === 'rejected') assert.equal((ended.reason as { readonly code?: unknown }).code, 'journal.sealed');
        const known = new Set(sealed.value?.map(({ key }) => key));
        for (const key of opened) assert.ok(known.has(key), `Expected the call ${key} in the journal, since it was opened.`);
        assert.deepEqual(await other.doSeal(attempt), sealed.value);
      }
    });
  });
}

const ROUNDS = 12;
const CALLS = 4;

const call = (index: number): ModelCallRecord => ({
  key: `task/0/1/${index}`,
  model: 'contract/model',
  seed: index,
  temperature: 0.8,
  promptSha256: 'a'.repeat(64),
  inputTokens: 100 + index,
  outputTokens: 50,
  reported: false,
  finishReason: 'lost',
  microDollars: 7,
});

const closed = (index: number): ModelCallRecord => ({ ...call(index), outputTokens: 20, reported: true, finishReason: 'stop', microDollars: 5 });

const hostileNames: readonly string[] = [
  '',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '/',
  'a\nb\r\n\u2028{"seal":true}',
  '"sealed"',
  '\u0000\u001b[2J',
  '\ud800',
  'x'.repeat(100_000),
];
