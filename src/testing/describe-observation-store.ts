import assert from 'node:assert/strict';
import type { TaskObservation } from '../planning/estimates/task-observation.js';
import type { ObservationStore } from '../ports/observation-store.js';
import type { ContractRunner } from './contract-runner.js';

/**
 * The contract of {@link ObservationStore} as a suite: what projects taught comes back once, in order, and only to who asks for it.
 *
 * @param runner - `describe`, `it` and `afterAll` of whatever runs the tests.
 * @param createStore - Opens the store; called again, it opens the same one anew, as another worker would.
 *
 * @public
 */
export function describeObservationStore({ describe, it }: ContractRunner, createStore: () => Promise<ObservationStore>): void {
  describe('an observation store', () => {
    it('knows nothing of a template that was never seen', async () => {
      const store = await createStore();
      for (const template of ['unseen/1', '', '__proto__', '../../etc/passwd', 'x'.repeat(100_000)]) {
        assert.deepEqual(await store.doRead({ template, limit: 10 }), []);
      }
    });

    it('gives back what was appended, also to another worker, the newest up to the limit, the oldest first', async () => {
      const store = await createStore();
      const own = ['first', 'second', 'third'].map((taskId) => observation({ template: 'order/1', projectId: 'ordered', taskId }));
      await store.doAppend('ordered', own);
      const later = observation({ template: 'order/1', projectId: 'later', taskId: 'fourth' });
      await store.doAppend('later', [later]);
      assert.deepEqual(await store.doRead({ template: 'order/1', limit: 100 }), [...own, later]);
      assert.deepEqual(await (await createStore()).doRead({ template: 'order/1', limit: 2 }), [own[2], later]);
    });

    it('keeps a project once, however often and by how many it is appended', async () => {
      const [one, other] = await Promise.all([createStore(), createStore()]);
      const own = [observation({ template: 'once/1', projectId: 'repeated', taskId: 'a' })];
      await Promise.all(Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? one : other).doAppend('repeated', own)));
      await one.doAppend('repeated', own);
      assert.deepEqual(await other.doRead({ template: 'once/1', limit: 10 }), own);
    });

    it('adds what an append left out, and changes nothing of what is known', async () => {
      const store = await createStore();
      const [a, b] = ['a', 'b'].map((taskId) => observation({ template: 'rest/1', projectId: 'cut-short', taskId }));
      await store.doAppend('cut-short', [a!]);
      await (await createStore()).doAppend('cut-short', [{ ...a!, tokens: 1 }, b!]);
      assert.deepEqual(await store.doRead({ template: 'rest/1', limit: 10 }), [a, b]);
    });

    it('loses nothing of many projects that end at once', async () => {
      const stores = await Promise.all([createStore(), createStore()]);
      const ids = Array.from({ length: 30 }, (_, index) => `at-once-${index}`);
      await Promise.all(
        ids.map((projectId, index) => stores[index % 2]!.doAppend(projectId, [observation({ template: 'many/1', projectId, taskId: 'a' })])),
      );
      const read = await stores[0].doRead({ template: 'many/1', limit: 100 });
      assert.deepEqual(read.map(({ projectId }) => projectId).sort(), [...ids].sort());
    });

    it('tells templates, personas and models apart', async () => {
      const store = await createStore();
      const of = (taskId: string, kind: Partial<TaskObservation>) => observation({ template: 'apart/1', projectId: 'apart', taskId, ...kind });
      const all = [of('a', {}), of('b', { persona: 'tester' }), of('c', { model: 'host/large' }), of('d', { template: 'apart/2' })];
      await store.doAppend('apart', all);
      const ids = async (query: object) => (await store.doRead({ template: 'apart/1', limit: 10, ...query })).map(({ taskId }) => taskId);
      assert.deepEqual(await ids({}), ['a', 'b', 'c']);
      assert.deepEqual(await ids({ persona: 'tester' }), ['b']);
      assert.deepEqual(await ids({ model: 'host/large' }), ['c']);
      assert.deepEqual(await ids({ template: 'apart/2' }), ['d']);
      assert.deepEqual(await ids({ persona: 'tester', model: 'host/large' }), []);
    });

    it('takes ids as they are, whatever a model wrote into them', async () => {
      const store = await createStore();
      const hostile = ['__proto__', 'constructor', '../x', '', 'a\nb\u0000\u001b[2J', '{"tokens":1}'];
      for (const id of hostile) await store.doAppend(id, [observation({ template: `${id}/hostile`, projectId: id, taskId: id })]);
      for (const id of hostile) {
        const [read] = await store.doRead({ template: `${id}/hostile`, limit: 10 });
        assert.equal(read?.taskId, id);
      }
    });

    it('does without what is no observation', async () => {
      const store = await createStore();
      const wrong = [{ tokens: Number.NaN }, { tokens: -1 }, { candidateTokens: [1.5] }, { taskId: 7 }] as unknown as Partial<TaskObservation>[];
      const sound = observation({ template: 'sound/1', projectId: 'mixed', taskId: 'sound' });
      await store.doAppend('mixed', [...wrong.map((part) => observation({ template: 'sound/1', taskId: 'wrong', ...part })), sound]);
      assert.deepEqual(await store.doRead({ template: 'sound/1', limit: 10 }), [sound]);
    });
  });
}

const observation = (given: Partial<TaskObservation>): TaskObservation => ({
  projectId: 'mixed',
  taskId: 'task',
  finishedAt: '2026-11-23T09:00:00.000Z',
  template: 'none/1',
  persona: 'developer',
  model: 'host/small',
  characters: 300,
  heldTokens: 4_000,
  tokens: 420,
  microDollars: 12,
  candidateTokens: [140, 280],
  candidates: 2,
  attempts: 1,
  remediations: 0,
  workingMilliseconds: 1_500,
  succeeded: true,
  ...given,
});
