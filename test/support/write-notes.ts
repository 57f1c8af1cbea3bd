import { FilesystemMemoryStore } from '../../src/worker/filesystem-memory-store.js';

/* A process that keeps notes until it is ended or has kept as many as it was told to: `write-notes FOLDER WRITER COUNT LIMIT`. Says the number of each. */

const [folder, writer, count, limit] = process.argv.slice(2);
const store = new FilesystemMemoryStore(folder!, { notes: Number(limit) });
for (let index = 0; index < Number(count); index += 1) {
  await store.doWrite({
    projectId: `project of ${writer}`,
    team: 'everybody',
    taskId: `task-${index}`,
    projectName: 'Shared',
    type: 'code',
    tags: [`writer:${writer}`],
    task: `Task ${index} of ${writer}`,
    outcome: 'succeeded',
    result: 'x'.repeat(500),
    problems: [],
    start: 1,
    remediation: 0,
    attempt: 1,
    writtenAt: new Date(Date.UTC(2026, 0, 1) + index).toISOString(),
  });
  process.stdout.write(`${index}\n`);
}
