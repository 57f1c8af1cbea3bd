import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { has, listen } from '../support/listen.js';
import { scriptedTask } from '../support/scripted-progress.js';
import { ScriptedProjects } from '../support/scripted-projects.js';
import { until } from '../support/until.js';

/* A real server that goes away and comes back on its database file; the project is a scripted one, so that what happens is known. */

let folder: string;
let projects: ScriptedProjects;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-outages-'));
  projects = await ScriptedProjects.start(join(folder, 'temporal.db'));
});
afterAll(async () => {
  await projects?.stop();
  await rm(folder, { recursive: true, force: true });
});

it('an outage of server and worker is told, and then what happened: once, and in its order', { timeout: 120_000 }, async () => {
  const stopWorker = await projects.startWorker();
  const talker = await projects.connect();
  const handle = await talker.begin({ tasks: [scriptedTask('a', 5)] });
  const heard = listen(handle);
  const blamed: string[] = [];
  handle.on('watch-interrupted', ({ error }) => blamed.push(error.code));
  await has(heard, 'task-started a');
  await projects.stopServer();
  await has(heard, 'watch-interrupted');
  await projects.startServer();
  await has(heard, 'watch-restored');
  await talker.stand(handle, { tasks: [scriptedTask('a', 5, 6), scriptedTask('b', 7)] });
  await has(heard, 'task-started b');

  // Without a worker nobody says how it stands.
  await stopWorker();
  await talker.stand(handle, { tasks: [scriptedTask('a', 5, 6), scriptedTask('b', 7, 8)] });
  await until(async () => heard.filter((line) => line === 'watch-interrupted').length === 2);
  expect(blamed).toEqual(['client.no-server', 'client.no-worker']);
  await projects.startWorker();
  await has(heard, 'task-settled b');
  await talker.stand(handle, { phase: 'ended', tasks: [scriptedTask('a', 5, 6), scriptedTask('b', 7, 8)] });
  await has(heard, 'ended');
  await handle.close();
  const isOfWatch = (line: string) => line.startsWith('watch-');
  expect(heard.filter((line) => !isOfWatch(line))).toEqual([
    'phase-changed',
    'task-started a',
    'task-settled a',
    'task-started b',
    'task-settled b',
    'phase-changed',
    'ended',
  ]);
  // However often, each time both.
  const watching = heard.filter(isOfWatch);
  expect(watching).toEqual(watching.map((_, index) => (index % 2 === 0 ? 'watch-interrupted' : 'watch-restored')));
  expect(watching.length % 2).toBe(0);
});
