import type { TaskGraphDocument } from '../graph/task-graph-document.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import type { GraphByReference } from '../workflow/activity-types.js';
import type { ProjectStore } from './project-store.js';

/** A plan with its tasks. @param plan - Where they are. @defaultValue in `graph` */
export async function wholeGraph(store: ProjectStore, graph: GraphByReference, plan: ArtifactReference | undefined): Promise<TaskGraphDocument> {
  const { nodes } = plan === undefined ? { nodes: [], ...graph } : await store.getPlan(plan);
  return { ...graph, nodes };
}
