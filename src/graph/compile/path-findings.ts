import type { BothRun } from '../conditions/analyse-conditions.js';
import { inheritSettled } from '../conditions/find-settled-before.js';
import { showId } from '../graph-error.js';
import { finding, type GraphFinding } from '../graph-finding.js';
import type { GraphIndex } from '../structure/graph-index.js';
import type { TaskNode } from '../task-node.js';
import { findPathConflicts, type PathConflict } from './find-path-conflicts.js';

/**
 * Paths that can't both be written; see {@link findPathConflicts}. A warning where the conditions of two tasks are too large to tell whether they
 * exclude each other.
 */
export function pathFindings(
  nodes: readonly TaskNode[],
  index: GraphIndex,
  order: Int32Array,
  canBothRun?: (first: string, second: string) => BothRun,
): readonly GraphFinding[] {
  const inheritOver = inheritSettled(nodes, index, order);
  return findPathConflicts(nodes, { structure: { index, order }, canBothRun, inheritOver }).map((conflict) => {
    const { kind, first, second, isCertain } = conflict;
    const taskIds = [...new Set([first.taskId, second.taskId])];
    const witness = kind === 'unordered' ? [first.path, ...taskIds] : [first.path, second.path];
    const found = finding('graph.path-conflict', taskIds, `${describePathConflict(conflict)}.`, witness, SUGGESTIONS[kind]);
    if (isCertain) return found;
    const message = `${describePathConflict(conflict)}, unless their conditions exclude each other: they are too large to tell.`;
    return { ...found, severity: 'warning', message, suggestion: `${found.suggestion} Or let simpler conditions exclude each other.` };
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
      return `${tasks} may run at once and both write ${showId(first.path)}`;
    case 'same-name':
      return `${tasks} ${verb} ${paths}: names that differ only in case or Unicode form are one name on some systems`;
    case 'file-and-folder':
      return `${tasks} ${verb} ${paths}: nothing is a file and a folder at once`;
  }
}
