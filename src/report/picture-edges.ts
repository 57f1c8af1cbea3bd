import type { GraphPicture } from './graph-picture.js';

/** An edge of a picture, from a dependency to its dependent, by their places among the tasks. @internal */
export interface PictureEdge {
  readonly from: number;
  readonly to: number;
  /** Both ends follow each other on the critical path. */
  readonly critical: boolean;
  /** The dependent starts under a condition only. */
  readonly conditional: boolean;
}

/** Every edge once, in the order of the dependents; one of a task that depends on itself too. What is no task is no end of an edge. @internal */
export function listPictureEdges({ tasks, criticalPath }: GraphPicture): readonly PictureEdge[] {
  const places = new Map<string, number>();
  for (const [place, { node }] of tasks.entries()) if (!places.has(node.id)) places.set(node.id, place);
  const next = new Map(criticalPath.map((id, index) => [id, criticalPath[index + 1]]));
  return tasks.flatMap(({ node }, to) =>
    [...new Set(node.dependencies)].flatMap((id) => {
      const from = places.get(id);
      return from === undefined ? [] : [{ from, to, critical: next.get(id) === node.id, conditional: node.when !== undefined }];
    }),
  );
}
