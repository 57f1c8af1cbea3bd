import { formatNumbered } from './format-quantity.js';
import type { GraphPicture } from './graph-picture.js';
import { listPictureEdges } from './picture-edges.js';
import { rankPicture } from './rank-picture.js';

/**
 * What is laid out in about a second. The last one counts for every dependency the layers that it crosses, for each crossing is a node to
 * dagre, whose time grows with the square of them.
 */
const MOST_TASKS = 200;
const MOST_DEPENDENCIES = 600;
const MOST_CROSSINGS = 3_000;

/** Why a picture is too large to be laid out, in words without a full stop; null for one that isn't. @internal */
export function findDrawingProblem(picture: GraphPicture): string | null {
  const edges = listPictureEdges(picture);
  const { length } = picture.tasks;
  const isSmall = length <= MOST_TASKS && edges.length <= MOST_DEPENDENCIES && rankPicture(length, edges).span <= MOST_CROSSINGS;
  if (isSmall) return null;
  return `${countPicture(length, edges.length)}: too many to draw`;
}

/** Example: `7 tasks with 9 dependencies`. @internal */
export const countPicture = (tasks: number, dependencies: number): string =>
  `${formatNumbered(tasks, 'task')} with ${formatNumbered(dependencies, 'dependency', 'dependencies')}`;
