import { findPathProblem } from '../../ports/project-path.js';
import type { UpstreamQuery } from '../structure/ask-in-batches.js';
import { findUpstream } from '../structure/find-upstream.js';
import { type GraphIndex, indexGraph } from '../structure/graph-index.js';
import { sortGraph } from '../structure/sort-graph.js';

/** A task as far as paths are concerned. */
export interface PathWriter {
  /** Unique among the tasks. */
  readonly id: string;
  readonly dependencies: readonly string[];
  readonly writes: readonly string[];
}

/**
 * Two paths that can't both be written: one path by tasks without an order between them, names that some systems take for one, or a file
 * where something else needs a folder. The first is written before the second in topological order; both may be of one task.
 */
export interface PathConflict {
  readonly kind: 'unordered' | 'same-name' | 'file-and-folder';
  readonly first: WrittenPath;
  readonly second: WrittenPath;
}

/** A path and who writes it. */
interface WrittenPath {
  readonly taskId: string;
  readonly path: string;
}

/** What is known of the tasks already. */
interface PathConflictOptions {
  readonly structure?: { readonly index: GraphIndex; readonly order: Int32Array };
  /** False for tasks, by id, of which never both run: they conflict in nothing. Any two may where it is absent. */
  readonly canBothRun?: ((first: string, second: string) => boolean) | undefined;
  /** Answers, by positions of the structure, whether the source is over when the other task starts. @defaultValue `findUpstream` */
  readonly findOver?: (queries: readonly UpstreamQuery[]) => readonly boolean[];
}

function sortPathWriters(tasks: readonly PathWriter[]): { readonly index: GraphIndex; readonly order: Int32Array } {
  const index = indexGraph(tasks.map(({ id, dependencies }) => ({ id, dependencies: dependencies.filter((dependency) => dependency !== id) })));
  return { index, order: sortGraph(index).order };
}

/** How many of the versions before it each version of a path is compared with, where a chain of waits doesn't order all of them. */
const COMPARED_VERSIONS = 64;

/**
 * Finds paths of a plan that can't both be written. Of tasks that wait for each other, a later one may write the very same path again: a new
 * version. An order between tasks excuses nothing else, since both paths are in the finished project. Paths that lead out of the project are
 * passed over: they are wrong by themselves.
 *
 * O(characters written + (tasks + dependencies) × paths written more than once ÷ 32) time, memory linear in the plan, without recursion.
 *
 * @param tasks - Without a cycle; dependencies that name no task are passed over.
 * @returns At most one conflict for each path of each task, in topological order.
 */
export function findPathConflicts(
  tasks: readonly PathWriter[],
  { structure = sortPathWriters(tasks), canBothRun, findOver }: PathConflictOptions = {},
): readonly PathConflict[] {
  const { index, order } = structure;
  const found: PathConflict[] = [];
  const names = new Map<string, Name>();
  for (const position of order) {
    const { id: taskId, writes } = tasks[position]!;
    for (const path of new Set(writes)) {
      if (findPathProblem(path) === null) found.push(...enter({ taskId, path }, names, canBothRun));
    }
  }
  const versions = found.filter(({ kind }) => kind === 'unordered');
  const positionOf = ({ taskId }: WrittenPath) => index.positions.get(taskId)!;
  const sources = new Map(versions.map(({ first }) => [positionOf(first), [positionOf(first)]]));
  const queries = versions.map(({ first, second }) => ({ sources: sources.get(positionOf(first))!, position: positionOf(second) }));
  const over = findOver === undefined ? findUpstream(index, order, queries) : findOver(queries);
  const ordered = new Set(over.flatMap((isOrdered, number) => (isOrdered ? [versions[number]!] : [])));
  const told = new Set<WrittenPath>();
  return found.filter((conflict) => {
    if (ordered.has(conflict) || told.has(conflict.second)) return false;
    told.add(conflict.second);
    return true;
  });
}

/** A file or folder of the finished project. */
interface Name {
  /** As it was first written. */
  readonly spelling: string;
  readonly isFile: boolean;
  /** Who wrote it, in order; of a folder, who wrote in it last. */
  readonly writers: WrittenPath[];
}

/**
 * Enters a path with its folders and answers what it may collide with; a new version of a file with the one before, until their order is known.
 * In topological order it is enough to compare neighbours, for a chain of waits orders all of them; where some never run in one run, or are settled
 * without a start, it isn't.
 */
function enter(
  written: WrittenPath,
  names: Map<string, Name>,
  canBothRun: ((first: string, second: string) => boolean) | undefined,
): readonly PathConflict[] {
  const { path } = written;
  const folded = foldPath(path);
  // Folding may change how long a part is, but not where the parts are.
  for (let [end, foldedEnd] = [0, 0]; end < path.length; ) {
    end = endOfPart(path, end + 1);
    foldedEnd = endOfPart(folded, foldedEnd + 1);
    const isFile = end === path.length;
    const spelling = isFile ? path : path.slice(0, end);
    const key = isFile ? folded : folded.slice(0, foldedEnd);
    const name = names.get(key);
    if (name === undefined) {
      names.set(key, { spelling, isFile, writers: [written] });
      continue;
    }
    const { writers } = name;
    const kind = name.isFile !== isFile ? 'file-and-folder' : name.spelling !== spelling ? 'same-name' : 'unordered';
    if (kind === 'unordered' && !isFile) {
      writers[0] = written;
      continue;
    }
    const rivals =
      canBothRun === undefined ? writers.slice(-1) : writers.slice(-COMPARED_VERSIONS).filter((first) => canBothRun(first.taskId, written.taskId));
    if (kind === 'unordered') writers.push(written);
    if (isFile || rivals.length > 0) return rivals.reverse().map((first) => ({ kind, first, second: written }));
  }
  return [];
}

/** One text for all names that a file system may take for one: upper case also joins letters that have more than one lower case, as σ and ς. */
const foldPath = (path: string) =>
  /[^\u0000-\u007f]/.test(path)
    ? path
        .split('/')
        .map((part) => part.normalize('NFD').toUpperCase().normalize('NFC'))
        .join('/')
    : path.toUpperCase();

const endOfPart = (path: string, from: number) => {
  const slash = path.indexOf('/', from);
  return slash < 0 ? path.length : slash;
};
