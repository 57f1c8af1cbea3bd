import type { ArchivedTask, FinalizeArchivedProject, FinalizeProjectInput, FinalizeProjectResult } from '../workflow/activity-types.js';
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
  return finalizeProject(environment, input, stored.flat());
}
