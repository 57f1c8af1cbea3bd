import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentTask, specWithTasks } from '../../test/support/specs.js';
import { abridgeTasks } from '../graph/abridged-task.js';
import type { ReportedTask } from '../workflow/activity-types.js';
import { FilesystemArtifactStore } from './filesystem-artifact-store.js';
import { TOLD_NOTHING } from './fixtures/task-outcome.js';
import { ProjectStore } from './project-store.js';
import { SpoiltContents } from './spoilt-contents.js';
import { withPlannedNodes } from './with-planned-nodes.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-plan-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const nodes = [documentTask('a'), documentTask('b', ['a'])];
const reported = (id: string): ReportedTask => ({ node: { id }, ...TOLD_NOTHING });

/** The plan in a store, its file, and a store in the same folder that has read nothing yet. */
async function storedPlan() {
  const plan = { spec: specWithTasks(nodes), functions: [], projectTemplate: null, nodes };
  const planned = await new ProjectStore(new FilesystemArtifactStore(folder)).putPlan(plan);
  const store = new ProjectStore(new FilesystemArtifactStore(folder));
  return { planned, store, file: join(folder, planned.sha256.slice(0, 2), planned.sha256) };
}

describe('withPlannedNodes', () => {
  it('lays beside each task how it was planned', async () => {
    const { planned, store } = await storedPlan();
    const tasks = await withPlannedNodes({ tasks: [reported('b'), reported('a')], planned }, store, new SpoiltContents(1));
    expect(tasks.map(({ node, tokensSpent }) => [node, tokensSpent])).toEqual([
      [nodes[1], 3],
      [nodes[0], 3],
    ]);
  });

  it('says that the plan is lost where it was damaged', async () => {
    const { planned, store, file } = await storedPlan();
    await writeFile(file, 'something else');
    const lost = { type: 'kamachiq.report.plan-lost', nonRetryable: true };
    await expect(withPlannedNodes({ tasks: [reported('a')], planned }, store, new SpoiltContents(1))).rejects.toMatchObject(lost);
  });

  it('makes do with what the workflow knows where that is all that there is, and says so', async () => {
    const spoilt = new SpoiltContents(1);
    const [a] = abridgeTasks(nodes, 2);
    const [task] = await withPlannedNodes({ tasks: [{ ...reported('a'), node: a! }] }, (await storedPlan()).store, spoilt);
    expect(task!.node).toEqual({ ...a, inputs: {}, writes: [], successCriteria: [] });
    expect(spoilt.words).toContain('the plan');
    const whole = new SpoiltContents(1);
    const [known] = await withPlannedNodes({ tasks: [{ ...reported('a'), node: nodes[0]! }] }, (await storedPlan()).store, whole);
    expect([known!.node, whole.words]).toEqual([nodes[0], null]);
  });

  it('waits for a plan that may be late, and not for ever', async () => {
    const { planned, store } = await storedPlan();
    for (const entry of await readdir(folder)) await rm(join(folder, entry), { recursive: true });
    const deliveredFor = (time: number) => withPlannedNodes({ tasks: [reported('a')], planned }, store, new SpoiltContents(time));
    await expect(deliveredFor(2)).rejects.toMatchObject({ code: 'artifact.missing' });
    await expect(deliveredFor(3)).rejects.toMatchObject({ type: 'kamachiq.report.plan-lost' });
  });
});
