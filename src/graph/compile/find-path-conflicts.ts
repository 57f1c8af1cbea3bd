import { findPathProblem } from '../../ports/project-path.js';
import type { BothRun } from '../conditions/analyse-conditions.js';
import { BITS, type Inherit, walkInBatches } from '../structure/ask-in-batches.js';
import { inheritUpstream } from '../structure/find-upstream.js';
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
  /** False where it couldn't be told whether both tasks ever run in one run. */
  readonly isCertain: boolean;
}

/** A path and who writes it. */
interface WrittenPath {
  readonly taskId: string;
  readonly path: string;
}

/** What is known of the tasks already. */
interface PathConflictOptions {
  readonly structure?: { readonly index: GraphIndex; readonly order: Int32Array };
  /** For tasks by id; of which never both run, they conflict in nothing. Any two may where it is absent. */
  readonly canBothRun?: ((first: string, second: string) => BothRun) | undefined;
  /** Lets each position of the structure inherit the bits of all that are over when it starts. @defaultValue those of its ancestors */
  readonly inheritOver?: Inherit;
}

function sortPathWriters(tasks: readonly PathWriter[]): { readonly index: GraphIndex; readonly order: Int32Array } {
  const index = indexGraph(tasks.map(({ id, dependencies }) => ({ id, dependencies: dependencies.filter((dependency) => dependency !== id) })));
  return { index, order: sortGraph(index).order };
}

/** Pairs of tasks of which it is asked whether both may run: beyond, nobody can tell. */
const COMPARED_PAIRS = 1_000_000;
/** Writers of a path of which it is asked first whether any two may run. */
const FEW = 8;

/**
 * Finds paths of a plan that can't both be written. Of tasks that wait for each other, a later one may write the very same path again: a new
 * version. An order between tasks excuses nothing else, since both paths are in the finished project. Paths that lead out of the project are
 * passed over: they are wrong by themselves.
 *
 * O(characters written + (tasks + dependencies) × paths written more than once ÷ 32) time and memory linear in the plan, without recursion;
 * and what it takes to ask of up to 1,000,000 pairs of tasks whether both may run.
 *
 * @param tasks - Without a cycle; dependencies that name no task are passed over.
 * @returns At most one conflict for each path of each task, in topological order; one that is certain where there is one.
 */
export function findPathConflicts(
  tasks: readonly PathWriter[],
  { structure = sortPathWriters(tasks), canBothRun, inheritOver }: PathConflictOptions = {},
): readonly PathConflict[] {
  const { index, order } = structure;
  const rivals = new Rivals(canBothRun);
  const names = new Map<string, Name>();
  const written: WrittenPath[] = [];
  for (const position of order) {
    const { id: taskId, writes } = tasks[position]!;
    for (const path of writes.length < 2 ? writes : new Set(writes)) {
      if (findPathProblem(path) !== null) continue;
      const entry = { taskId, path };
      written.push(entry);
      enter(entry, names, rivals);
    }
  }
  const versions: (readonly WrittenPath[])[] = [];
  for (const name of names.values()) for (const writers of versionsOf(name)) if (rivals.mayRun(writers)) versions.push(writers);
  compareVersions(versions, index, inheritOver ?? inheritUpstream(index, order), rivals);
  return rivals.found.size === 0 ? [] : written.flatMap((second) => rivals.found.get(second) ?? []);
}

/** Compares what is written with what was written before, and keeps what is found. */
class Rivals {
  readonly found = new Map<WrittenPath, PathConflict>();
  /** Whether any two tasks may run: their order is all that counts then. */
  readonly allRun: boolean;
  readonly #canBothRun: (first: string, second: string) => BothRun;
  #asked = 0;

  constructor(canBothRun: ((first: string, second: string) => BothRun) | undefined) {
    this.allRun = canBothRun === undefined;
    this.#canBothRun = canBothRun ?? (() => 'yes');
  }

  /** Whether nothing more can be found for it. */
  isTold(second: WrittenPath): boolean {
    const found = this.found.get(second);
    return found !== undefined && (found.isCertain || this.#asked >= COMPARED_PAIRS);
  }

  /** Whether any two of a few may run in one run; taken for granted of many, of which it is quicker to ask for the order first. */
  mayRun(writers: readonly WrittenPath[]): boolean {
    if (this.allRun || writers.length > FEW) return true;
    return writers.some(({ taskId }, at) => writers.some((other, before) => before < at && this.#canBothRun(other.taskId, taskId) !== 'no'));
  }

  /** @returns Whether they certainly conflict. */
  compare(kind: PathConflict['kind'], first: WrittenPath, second: WrittenPath): boolean {
    this.#asked += 1;
    const answer = this.#asked > COMPARED_PAIRS ? 'unknown' : first.taskId === second.taskId ? 'yes' : this.#canBothRun(first.taskId, second.taskId);
    if (answer === 'yes' || (answer === 'unknown' && !this.found.has(second))) {
      this.found.set(second, { kind, first, second, isCertain: answer === 'yes' });
    }
    return answer === 'yes';
  }
}

/** A file or folder of the finished project, as some spell it; others may spell it otherwise, or mean something else. */
interface Name {
  /** Of a file the path, of a folder its own name: folders above it are names by themselves. */
  readonly spelling: string;
  readonly isFile: boolean;
  /** Who wrote it, or something in it, in order. */
  readonly writers: WrittenPath[];
  /** The same name for some systems. */
  other: Name | null;
  /** Whether it certainly collides with another one. */
  isTold: boolean;
}

/** Enters a path with its folders, and compares it with what means or spells one of these names otherwise. */
function enter(written: WrittenPath, names: Map<string, Name>, rivals: Rivals): void {
  const { path } = written;
  const folded = foldPath(path);
  // Folding may change how long a part is, but not where the parts are.
  let end = 0;
  let foldedEnd = 0;
  while (end < path.length) {
    const start = end;
    end = endOfPart(path, end + 1);
    foldedEnd = endOfPart(folded, foldedEnd + 1);
    const isFile = end === path.length;
    const part = path.slice(start, end);
    const spelling = isFile ? path : part;
    const key = isFile ? folded : folded.slice(0, foldedEnd);
    const first = names.get(key);
    if (first === undefined) {
      names.set(key, { spelling, isFile, writers: [written], other: null, isTold: false });
      continue;
    }
    const isOwn = (name: Name) => name.isFile === isFile && name.spelling === spelling;
    let own: Name | null = null;
    let last = first;
    let isTold = false;
    for (let name: Name | null = first; name !== null; name = name.other) {
      last = name;
      if (isOwn(name)) own = name;
      else if (isFile && name.isFile && name.spelling.endsWith(part)) continue;
      // What is written as it was at first is not told once more of each that isn't.
      else if (!(name.isTold && isOwn(first)) && collides(name, isFile, written, rivals)) {
        name.isTold = true;
        isTold = true;
      }
    }
    if (own === null) {
      last.other = { spelling, isFile, writers: [written], other: null, isTold };
      continue;
    }
    own.isTold ||= isTold;
    // One path in a folder tells as much of a task as all of them.
    if (isFile || own.writers.at(-1)!.taskId !== written.taskId) own.writers.push(written);
  }
}

/** Whether a path certainly collides with one of those that others wrote, the last first. */
function collides({ isFile, writers }: Name, isFileToo: boolean, written: WrittenPath, rivals: Rivals): boolean {
  const kind = isFile === isFileToo ? 'same-name' : 'file-and-folder';
  for (let at = writers.length - 1; at >= 0 && !rivals.isTold(written); at -= 1) if (rivals.compare(kind, writers[at]!, written)) return true;
  return false;
}

/** The versions of each file that is written more than once. */
function versionsOf(first: Name): readonly (readonly WrittenPath[])[] {
  if (first.other === null && (!first.isFile || first.writers.length === 1)) return NONE;
  const versions: (readonly WrittenPath[])[] = [];
  for (let name: Name | null = first; name !== null; name = name.other) if (name.isFile && name.writers.length > 1) versions.push(name.writers);
  return versions;
}

const NONE: readonly (readonly WrittenPath[])[] = [];

/**
 * Compares versions of one path between which there is no order. Where all tasks run it is enough to compare neighbours, for a chain of waits
 * orders all of them; where some never run in one run, or are settled without a start, it isn't.
 */
function compareVersions(versions: readonly (readonly WrittenPath[])[], { positions, size }: GraphIndex, inheritOver: Inherit, rivals: Rivals): void {
  const written = versions.map((writers) => writers.map((each) => positions.get(each.taskId)!));
  /** Each position that wrote a version before the last, with its number. */
  const slots = new Map<number, number>();
  /** The paths of which versions are among the sources of each walk. */
  const inWalk: Set<number>[] = [];
  for (const [number, writers] of written.entries()) {
    for (const position of writers.slice(0, -1)) {
      let slot = slots.get(position);
      if (slot === undefined) {
        slot = slots.size;
        slots.set(position, slot);
      }
      const walk = Math.floor(slot / BITS);
      inWalk[walk] ??= new Set();
      inWalk[walk].add(number);
    }
  }
  const sources = Array.from(slots.keys(), (position) => [position]);
  walkInBatches(size, sources, inheritOver, (start, over) => {
    for (const number of inWalk[start / BITS]!) {
      const writers = written[number]!;
      /** Bits of the versions so far that are among the sources of this walk, and which version each is. */
      let before = 0;
      const versionAt: number[] = [];
      for (let at = 1; at < writers.length; at += 1) {
        const bit = slots.get(writers[at - 1]!)! - start;
        if (rivals.allRun) before = 0;
        if (bit >= 0 && bit < BITS) {
          before |= 1 << bit;
          versionAt[bit] = at - 1;
        }
        let open = before & ~over[writers[at]!]!;
        const second = versions[number]![at]!;
        while (open !== 0 && !rivals.isTold(second)) {
          const nearest = BITS - 1 - Math.clz32(open);
          open &= ~(1 << nearest);
          rivals.compare('unordered', versions[number]![versionAt[nearest]!]!, second);
        }
      }
    }
  });
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
