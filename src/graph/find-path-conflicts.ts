import { findPathProblem } from '../ports/project-path.js';
import { topologicalGenerations } from './topological-generations.js';

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
export function findPathConflicts(tasks: readonly PathWriter[]): readonly PathConflict[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const known = ({ id, dependencies }: PathWriter) => dependencies.filter((dependency) => dependency !== id && byId.has(dependency));
  const order = topologicalGenerations(new Map(tasks.map((task) => [task.id, known(task)]))).generations.flat();
  const found: PathConflict[] = [];
  const names = new Map<string, Name>();
  for (const taskId of order) {
    for (const path of new Set(byId.get(taskId)!.writes)) {
      const conflict = findPathProblem(path) === null ? enter({ taskId, path }, names) : null;
      if (conflict !== null) found.push(conflict);
    }
  }
  const position = new Map(order.map((id, index) => [id, index]));
  const needed = order.map((id) => known(byId.get(id)!).map((dependency) => position.get(dependency)!));
  return withoutOrdered(found, position, needed);
}

/** A file or folder of the finished project. */
interface Name {
  /** As it was first written. */
  readonly spelling: string;
  readonly isFile: boolean;
  /** Who wrote it, or something in it, last. */
  writer: WrittenPath;
}

/** Enters a path with its folders and answers what it collides with; a new version of a file collides with the one before until their order is known. */
function enter(written: WrittenPath, names: Map<string, Name>): PathConflict | null {
  const parts = written.path.split('/');
  let spelling = '';
  let key = '';
  for (const [index, part] of parts.entries()) {
    const isFile = index === parts.length - 1;
    spelling += `/${part}`;
    key += `/${foldName(part)}`;
    const name = names.get(key);
    if (name === undefined) {
      names.set(key, { spelling, isFile, writer: written });
      continue;
    }
    const first = name.writer;
    if (name.isFile !== isFile) return { kind: 'file-and-folder', first, second: written };
    if (name.spelling !== spelling) return { kind: 'same-name', first, second: written };
    name.writer = written;
    if (isFile) return { kind: 'unordered', first, second: written };
  }
  return null;
}

/** One text for all names that a file system may take for one: upper case also joins letters that have more than one lower case, as σ and ς. */
const foldName = (name: string) => name.normalize('NFD').toUpperCase().normalize('NFC');

/**
 * Drops the new versions whose writer waits for the one before. In topological order it is enough to compare neighbours: a chain of waits
 * orders all of them.
 */
function withoutOrdered(
  conflicts: readonly PathConflict[],
  position: ReadonlyMap<string, number>,
  needed: readonly (readonly number[])[],
): readonly PathConflict[] {
  const versions = conflicts.filter(({ kind }) => kind === 'unordered');
  const laterByFirst = new Map<number, PathConflict[]>();
  for (const version of versions) {
    const first = position.get(version.first.taskId)!;
    const list = laterByFirst.get(first);
    if (list === undefined) laterByFirst.set(first, [version]);
    else list.push(version);
  }
  const ordered = new Set<PathConflict>();
  const sources = [...laterByFirst.keys()];
  const reached = new Int32Array(needed.length);
  // 32 tasks in one walk along the order, a bit for each: what waits for them inherits their bits.
  for (let start = 0; start < sources.length; start += 32) {
    const bits = new Map(sources.slice(start, start + 32).map((source, bit) => [source, 1 << bit]));
    for (const [at, dependencies] of needed.entries()) {
      let inherited = bits.get(at) ?? 0;
      for (const dependency of dependencies) inherited |= reached[dependency]!;
      reached[at] = inherited;
    }
    for (const [source, bit] of bits) {
      for (const version of laterByFirst.get(source)!) if ((reached[position.get(version.second.taskId)!]! & bit) !== 0) ordered.add(version);
    }
  }
  return conflicts.filter((conflict) => !ordered.has(conflict));
}
