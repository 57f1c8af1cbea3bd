import type { FinalizeArchivedProject, FinalizeProjectInput, FinalizeProjectResult } from '../workflow/activity-types.js';
import type { ActivityEnvironment } from './activity-environment.js';
import { finalizeProject } from './finalize-project.js';

/** The activity `kamachiq.finalizeFromArchives`. Delivered again, it stores the same contents under the same hashes. */
export async function finalizeFromArchives(
  environment: ActivityEnvironment,
  { parts, archives }: FinalizeArchivedProject,
): Promise<FinalizeProjectResult> {
  return finalizeProject(environment, await environment.store.getParts<FinalizeProjectInput>(parts), archives);
}
