import type { ArtifactReference } from '../ports/artifact-store.js';
import type { ArchivedTask, TaskRecord } from '../workflow/activity-types.js';
import type { ProjectStore } from './project-store.js';
import type { SpoiltContents } from './spoilt-contents.js';

/**
 * Lays what the store has of a task before what is told of it now. Where its latest verdict is gone, none takes its place.
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
    spoilt.read(`what ${task.node.id.slice(0, 60)} did`, () => store.getParts<readonly ArchivedTask[]>([account]), GONE);
  const readAll = async (references: readonly ArtifactReference[] = []) => (await Promise.all(references.map(read))).flat();
  const before = await Promise.all(archived.map(async (entry) => [...(await readAll(entry.accounts)), entry]));
  const told = [...before.flat(), ...(await readAll(accounts))];
  const known = told.flatMap((entry) => entry ?? []);
  const latest = told.findLast((entry) => entry === null || entry.verdict !== null);
  return {
    ...task,
    attempts: [...known.flatMap(({ attempts }) => attempts), ...task.attempts],
    records: [...known.flatMap(({ records }) => records), ...task.records],
    verdict: verdictArchived ? (latest?.verdict ?? null) : task.verdict,
  };
}

const GONE: readonly null[] = [null];
