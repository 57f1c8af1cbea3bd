import { ScriptedModel } from 'kamachiq/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJudgement, judgement, says, statesOf, write } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';
import { until } from '../support/until.js';

/** Events after which the server suggests another run: far fewer than the project has. */
const SUGGESTED = 40;
const TASKS = 16;

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start('dev', [`limit.historyCount.suggestContinueAsNew=${SUGGESTED}`]);
});
afterAll(async () => temporal?.stop());

describe('a project that the server suggests another run to', () => {
  it('goes on while agents are at work, and in another run when it waits for people alone', { timeout: 120_000 }, async () => {
    const model = new ScriptedModel((request) =>
      isJudgement(request) ? judgement(says(request, 'doubtful.md') && !says(request, 't0.md') ? 1 : 10) : write(request),
    );
    const tasks = [documentTask('doubtful'), ...Array.from({ length: TASKS }, (_, index) => documentTask(`t${index}`))];
    await temporal.withWorker({ model }, async (client) => {
      const project = await client.submit(specWithTasks(tasks, { budgetTotal: 400_000 }));
      const handle = temporal.environment.client.workflow.getHandle(project.projectId);
      const { runId: first } = await handle.describe();
      await until(async () => (await handle.describe()).runId !== first);
      const { events = [] } = await temporal.environment.client.workflow.getHandle(project.projectId, first).fetchHistory();
      // One run for all of the work, though a run of so many events would have been suggested several times.
      expect(events!.filter(({ childWorkflowExecutionCompletedEventAttributes: ended }) => ended != null)).toHaveLength(TASKS);
      expect(events!.length).toBeGreaterThan(2 * SUGGESTED);
      const status = await project.status();
      expect(statesOf(status)).toMatchObject({ doubtful: 'waiting-for-person', t0: 'succeeded' });
      await client.decide(status.reviews[0]!, { decision: 'approve', reviewer: 'Ada' });
      expect(await project.result()).toMatchObject({ status: 'approved', metrics: { tasks: { succeeded: TASKS + 1 } } });
    });
  });
});
