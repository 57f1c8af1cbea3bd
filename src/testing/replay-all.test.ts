import '../../test/support/quiet-runtime.js';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { WorkflowBundlePath } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleWorkflows } from '../../test/support/bundle-workflows.js';
import { readHistories } from './read-histories.js';
import { replayAll } from './replay-all.js';

const RECORDED = fileURLToPath(new URL('../../test/replay/histories/0.1.0', import.meta.url));
const FILE = 'a-project-is-approved-when-its-documents-pass-1.json.gz';

let folder: string;
let workflowBundle: WorkflowBundlePath;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-replay-'));
  workflowBundle = await bundleWorkflows(new URL('../../test/support/workflows.ts', import.meta.url));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** As the Temporal command writes it; `historyToJSON` of the SDK fails where its packages have copies of their own of what it builds on. */
function historyToJson(history: unknown): string {
  const ofWorker = createRequire(createRequire(import.meta.url).resolve('@temporalio/worker'));
  const type = ofWorker('@temporalio/proto').lookupType('temporal.api.history.v1.History');
  return createRequire(ofWorker.resolve('@temporalio/proto'))('protobufjs/ext/protojson').toJsonString(type, history);
}

/** A folder with one recorded file in a folder of its version. */
async function folderWith(name: string): Promise<string> {
  const made = join(folder, name);
  await mkdir(join(made, '0.1.0'), { recursive: true });
  await cp(join(RECORDED, FILE), join(made, '0.1.0', FILE));
  return made;
}

describe('replayAll', () => {
  it('replays lists of histories, and histories as the Temporal command writes them', async () => {
    const both = await folderWith('both');
    const histories = await readHistories(both);
    for (const [index, { history }] of histories.entries()) await writeFile(join(both, `plain-${index}.json`), historyToJson(history));
    const { replayed, broken } = await replayAll(both, { workflowBundle });
    expect(broken).toEqual([]);
    expect(replayed).toHaveLength(2 * histories.length);
    // Workflow ids are read off the histories themselves: children's ids are made from them.
    expect(replayed.filter((name) => name.startsWith('plain-')).map((name) => name.replace(/^.*?: /, ''))).toEqual(
      histories.map(({ workflowId }) => workflowId),
    );
  });

  it('names each history that breaks, and goes on', async () => {
    const changed = await folderWith('changed');
    const [first, ...rest] = await readHistories(changed);
    const recorded = JSON.parse(historyToJson(first!.history)) as {
      readonly events: readonly { readonly activityTaskScheduledEventAttributes?: object }[];
    };
    const renamed = recorded.events.map((event) =>
      event.activityTaskScheduledEventAttributes === undefined
        ? event
        : { ...event, activityTaskScheduledEventAttributes: { ...event.activityTaskScheduledEventAttributes, activityType: { name: 'another' } } },
    );
    await writeFile(join(changed, 'aged.json'), JSON.stringify({ ...recorded, events: renamed }));
    const { replayed, broken } = await replayAll(changed, { workflowBundle });
    expect(replayed).toHaveLength(rest.length + 2);
    expect(broken).toEqual([{ name: `aged.json: ${first!.workflowId}`, message: expect.stringContaining('another') }]);
  });

  it('refuses a folder without histories, and files that hold none', async () => {
    await expect(replayAll(join(folder, 'nowhere'), { workflowBundle })).rejects.toMatchObject({ code: 'testing.unreadable-history' });
    await mkdir(join(folder, 'empty'));
    await expect(replayAll(join(folder, 'empty'), { workflowBundle })).rejects.toMatchObject({ code: 'testing.no-histories' });
    for (const [name, content] of Object.entries({
      'half.json.gz': (await readFile(join(RECORDED, FILE))).subarray(0, 50),
      'other.json.gz': gzipSync('[{"workflowId":"a","history":7}]'),
      'other.json': '{"events":7}',
      'none.json': 'null',
    })) {
      const odd = join(folder, `odd-${name}`);
      await mkdir(odd);
      await writeFile(join(odd, name), content);
      await expect(replayAll(odd, { workflowBundle }), name).rejects.toMatchObject({
        code: 'testing.unreadable-history',
        message: expect.stringContaining(name),
      });
    }
  });
});
