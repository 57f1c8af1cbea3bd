import type { ArchivedTask, FinalizeArchivedProject, FinalizeProjectInput, FinalizeProjectResult, TaskRecord } from '../workflow/activity-types.js';
import type { ActivityEnvironment } from './activity-environment.js';
import { finalizeProject } from './finalize-project.js';

/** The activity `kamachiq.finalizeFromArchives`. Delivered again, it stores the same contents under the same hashes. */
export async function finalizeFromArchives(
  environment: ActivityEnvironment,
  { parts, archives }: FinalizeArchivedProject,
): Promise<FinalizeProjectResult> {
  const { store } = environment;
  const [input, stored] = await Promise.all([
    store.getParts<FinalizeProjectInput>(parts),
    Promise.all(archives.map((archive) => store.getParts<readonly ArchivedTask[]>(archive))),
  ]);
  const archived = new Map<string, readonly ArchivedTask[]>();
  for (const task of stored.flat()) archived.set(task.taskId, [...(archived.get(task.taskId) ?? []), task]);
  return finalizeProject(environment, { ...input, tasks: input.tasks.map((task) => withArchived(task, archived.get(task.node.id) ?? [])) });
}

/** What went to the store came before what is told now. */
function withArchived({ verdictArchived = false, ...task }: TaskRecord, archived: readonly ArchivedTask[]): TaskRecord {
  return {
    ...task,
    attempts: [...archived.flatMap(({ attempts }) => attempts), ...task.attempts],
    records: [...archived.flatMap(({ records }) => records), ...task.records],
    verdict: verdictArchived ? (archived.findLast(({ verdict }) => verdict !== null)?.verdict ?? null) : task.verdict,
  };
}
