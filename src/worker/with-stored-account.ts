import type { ArtifactReference } from '../ports/artifact-store.js';
import type { ArchivedTask, TaskRecord } from '../workflow/activity-types.js';
import type { ProjectStore } from './project-store.js';
import type { SpoiltContents } from './spoilt-contents.js';

/**
 * Lays what the store has of a task before what is told of it now.
 *
 * @param archived - What went to the store when its project went on in another run, in order.
 */
export async function withStoredAccount(
  { accounts = [], verdictArchived = false, ...task }: TaskRecord,
  archived: readonly ArchivedTask[],
  store: ProjectStore,
  spoilt: SpoiltContents,
): Promise<TaskRecord> {
  const read = (account: ArtifactReference) =>
    spoilt.read(`what ${task.node.id.slice(0, 60)} did`, () => store.getParts<readonly ArchivedTask[]>([account]), NOTHING_TOLD);
  const readAll = async (references: readonly ArtifactReference[] = []) => (await Promise.all(references.map(read))).flat();
  const before = await Promise.all(archived.map(async (entry) => [...(await readAll(entry.accounts)), entry]));
  const told = [...before.flat(), ...(await readAll(accounts))];
  return {
    ...task,
    attempts: [...told.flatMap(({ attempts }) => attempts), ...task.attempts],
    records: [...told.flatMap(({ records }) => records), ...task.records],
    verdict: verdictArchived ? (told.findLast(({ verdict }) => verdict !== null)?.verdict ?? null) : task.verdict,
  };
}

const NOTHING_TOLD: readonly ArchivedTask[] = [];
