import { SeededRandom } from './seeded-random.js';

/** A node as `TaskGraph` takes it. */
export interface GeneratedNode {
  readonly id: string;
  readonly dependencies: readonly string[];
}

/** Shapes of plans. Changing a parameter changes every figure that was ever measured with it. */
export const FAMILIES = {
  /** Phases, one after the other: each task needs some of the phase before. */
  layered: { width: { from: 4, to: 16 }, dependencies: { from: 1, to: 3 } },
  /** Strands of work side by side, each a chain; now and then a step of one also needs where others have got to. */
  chains: { strands: { from: 6, to: 20 }, joinProbability: 0.1, joined: { from: 1, to: 3 } },
  /** Many tasks that have little to do with each other: pairs of tasks, the earlier needed by the later. */
  sparse: { edgesPerTask: 1.5 },
  /** The same, with more between them. */
  random: { edgesPerTask: 3 },
} as const;

export type Family = keyof typeof FAMILIES;

/** An acyclic graph of a family; the same for the same seed. Tasks come in an order in which they could be carried out. */
export function generateTaskGraph(family: Family, size: number, seed: number): readonly GeneratedNode[] {
  const random = new SeededRandom('graph', family, size, seed);
  return toNodes(GENERATORS[family](size, random));
}

/** A graph in which each task needs so many others, all of them earlier ones; fewer where there are not as many. */
export function generateRandomGraph(size: number, dependencies: number, seed: number): readonly GeneratedNode[] {
  const random = new SeededRandom('dependencies', size, dependencies, seed);
  return toNodes(Array.from({ length: size }, (_, position) => random.sample(dependencies, position)));
}

/** A graph of so many dependencies between tasks drawn without regard to order: it may have cycles, and tasks that need themselves. */
export function generateTangledGraph(size: number, dependencies: number, seed: number): readonly GeneratedNode[] {
  const random = new SeededRandom('tangled', size, dependencies, seed);
  const needs = Array.from({ length: size }, () => new Set<number>());
  for (let edge = 0; edge < dependencies; edge += 1) needs[random.integer(0, size - 1)]!.add(random.integer(0, size - 1));
  return toNodes(needs.map((drawn) => [...drawn]));
}

const toNodes = (needs: readonly (readonly number[])[]): readonly GeneratedNode[] =>
  needs.map((needed, position) => ({ id: `task-${position}`, dependencies: needed.map((dependency) => `task-${dependency}`) }));

/** For each task the positions of those it needs. */
type Needs = readonly (readonly number[])[];

const GENERATORS: Readonly<Record<Family, (size: number, random: SeededRandom) => Needs>> = {
  layered(size, random) {
    const { width, dependencies } = FAMILIES.layered;
    const needs: (readonly number[])[] = [];
    for (let [before, from] = [0, 0]; needs.length < size; [before, from] = [from, needs.length]) {
      const end = Math.min(size, from + random.integer(width.from, width.to));
      while (needs.length < end) {
        needs.push(random.sample(random.integer(dependencies.from, dependencies.to), from - before).map((place) => before + place));
      }
    }
    return needs;
  },

  chains(size, random) {
    const { strands, joinProbability, joined } = FAMILIES.chains;
    const ends = new Array<number>(random.integer(strands.from, strands.to)).fill(-1);
    return Array.from({ length: size }, (_, position) => {
      const strand = random.integer(0, ends.length - 1);
      const others = random.next() < joinProbability ? random.sample(random.integer(joined.from, joined.to), ends.length) : [];
      const needed = [strand, ...others].map((place) => ends[place]!).filter((end) => end >= 0);
      ends[strand] = position;
      return [...new Set(needed)];
    });
  },

  sparse: (size, random) => drawPairs(size, FAMILIES.sparse.edgesPerTask, random),
  random: (size, random) => drawPairs(size, FAMILIES.random.edgesPerTask, random),
};

/** Different pairs of tasks, each as likely as any other. */
function drawPairs(size: number, edgesPerTask: number, random: SeededRandom): Needs {
  const needs = Array.from({ length: size }, () => new Set<number>());
  const pairs = Math.min(Math.round(size * edgesPerTask), (size * (size - 1)) / 2);
  for (let drawn = 0; drawn < pairs; ) {
    const [one, other] = [random.integer(0, size - 1), random.integer(0, size - 1)];
    const [earlier, later] = [Math.min(one, other), Math.max(one, other)];
    if (earlier === later || needs[later]!.has(earlier)) continue;
    needs[later]!.add(earlier);
    drawn += 1;
  }
  return needs.map((drawn) => [...drawn]);
}
