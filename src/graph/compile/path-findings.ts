import { findSettledBefore } from '../conditions/find-settled-before.js';
import { showId } from '../graph-error.js';
import { finding, type GraphFinding } from '../graph-finding.js';
import type { UpstreamQuery } from '../structure/ask-in-batches.js';
import type { GraphIndex } from '../structure/graph-index.js';
import type { TaskNode } from '../task-node.js';
import { findPathConflicts, type PathConflict } from './find-path-conflicts.js';

/** Paths that can't both be written; see {@link findPathConflicts}. */
export function pathFindings(
  nodes: readonly TaskNode[],
  index: GraphIndex,
  order: Int32Array,
  canBothRun?: (first: string, second: string) => boolean,
): readonly GraphFinding[] {
  const findOver = (queries: readonly UpstreamQuery[]) => findSettledBefore(nodes, index, order, queries);
  return findPathConflicts(nodes, { structure: { index, order }, canBothRun, findOver }).map((conflict) => {
    const { kind, first, second } = conflict;
    const taskIds = [...new Set([first.taskId, second.taskId])];
    const witness = kind === 'unordered' ? [first.path, ...taskIds] : [first.path, second.path];
    return finding('graph.path-conflict', taskIds, describePathConflict(conflict), witness, SUGGESTIONS[kind]);
  });
}

const SUGGESTIONS: Readonly<Record<PathConflict['kind'], string>> = {
  unordered: 'Make one depend on the other, or write different paths.',
  'same-name': 'Spell what is meant to be one name in one way, and let others differ in more.',
  'file-and-folder': 'Give the file or the folder another name.',
};

function describePathConflict({ kind, first, second }: PathConflict): string {
  const one = first.taskId === second.taskId;
  const tasks = one ? `Task ${showId(first.taskId)}` : `Tasks ${showId(first.taskId)} and ${showId(second.taskId)}`;
  const verb = one ? 'writes' : 'write';
  const paths = `${showId(first.path)} and ${showId(second.path)}`;
  switch (kind) {
    case 'unordered':
      return `${tasks} may run at once and both write ${showId(first.path)}.`;
    case 'same-name':
      return `${tasks} ${verb} ${paths}: names that differ only in case or Unicode form are one name on some systems.`;
    case 'file-and-folder':
      return `${tasks} ${verb} ${paths}: nothing is a file and a folder at once.`;
  }
}
