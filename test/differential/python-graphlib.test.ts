import { readFileSync } from 'node:fs';
import { pyodideSandbox } from '@kamachiq/sandbox';
import { GraphRun, type JsonValue, TaskGraph } from 'kamachiq';
import { afterAll, describe, expect, it } from 'vitest';
import { SeededRandom } from '../../bench/seeded-random.js';
import { FAMILIES, type Family, type GeneratedNode, generateTangledGraph, generateTaskGraph } from '../../bench/task-graph-families.js';

const CODE = readFileSync(new URL('./walk_graphs.py', import.meta.url), 'utf8');
const LIMITS = { wallMilliseconds: 120_000, memoryBytes: 512 * 1024 * 1024, outputCharacters: 1_000_000 };
/** Ids that Python takes as they are: all of Unicode but half characters. */
const HOSTILE_IDS = ['__proto__', 'constructor', '', '10', '9', 'a\u0000b', '\u202egnp.exe', '\u{1f9a9}', 'é', 'e\u0301', '__class__', 'None'];

interface Walk {
  readonly order?: readonly string[];
  readonly steps?: readonly (readonly string[])[];
  readonly cycle?: readonly string[];
}

const sandbox = pyodideSandbox();
afterAll(() => sandbox.doClose?.());

/** The same nodes in another order and with other ids. */
function disguise(nodes: readonly GeneratedNode[], random: SeededRandom): readonly GeneratedNode[] {
  const names = new Map(nodes.map(({ id }, position) => [id, HOSTILE_IDS[position] ?? id]));
  const renamed = nodes.map(({ id, dependencies }) => ({
    id: names.get(id)!,
    dependencies: dependencies.map((dependency) => names.get(dependency)!),
  }));
  return random.sample(renamed.length, renamed.length).map((position) => renamed[position]!);
}

const GRAPHS = [
  ...(Object.keys(FAMILIES) as Family[]).flatMap((family) =>
    Array.from({ length: 60 }, (_, seed) => generateTaskGraph(family, 1 + (seed % 40), seed)),
  ),
  ...Array.from({ length: 260 }, (_, seed) => generateTangledGraph(1 + (seed % 20), seed % 30, seed)),
].map((nodes, number) => {
  const random = new SeededRandom('walk', number);
  return { nodes: disguise(nodes, random), choices: nodes.map(() => random.integer(0, 1_000)) };
});

/** What Python says of all graphs, in one start. */
const walks = (async (): Promise<readonly Walk[]> => {
  const graphs = GRAPHS.map(({ nodes, choices }) => ({ nodes: nodes.map(({ id, dependencies }) => [id, [...dependencies]]), choices }));
  const invocation = { kind: 'call' as const, module: 'walk_graphs', function: 'walk_graphs', arguments: [graphs as JsonValue] };
  const request = { language: 'python', files: [{ path: 'walk_graphs.py', text: CODE }], invocations: [invocation], limits: LIMITS };
  const { observations } = await sandbox.doRun(request, new AbortController().signal);
  const [observation] = observations;
  if (observation?.status !== 'returned') throw new Error(`Python did not answer: ${JSON.stringify(observation).slice(0, 2_000)}`);
  return observation.value as unknown as readonly Walk[];
})();
// Whoever waits for it hears of a failure.
walks.catch(() => {});

describe("Python's graphlib.TopologicalSorter", () => {
  it('finds a cycle exactly where we find one, and each of us a real one', async () => {
    const answers = await walks;
    expect(answers).toHaveLength(GRAPHS.length);
    let cyclic = 0;
    for (const [number, { nodes }] of GRAPHS.entries()) {
      const graph = new TaskGraph(nodes);
      const { cycle } = answers[number]!;
      expect(cycle === undefined).toBe(graph.isAcyclic());
      if (cycle === undefined) continue;
      cyclic += 1;
      // Both in the direction of execution.
      for (const each of [cycle, ...graph.findCycles()]) {
        expect(each[0]).toBe(each.at(-1));
        for (const [step, id] of each.slice(1).entries()) expect(graph.predecessors(id)).toContain(each[step]);
      }
      expect(Math.min(...graph.findCycles().map(({ length }) => length))).toBeLessThanOrEqual(cycle.length);
    }
    expect(cyclic).toBeGreaterThan(50);
    expect(cyclic).toBeLessThan(GRAPHS.length - 240);
  });

  it('takes our order, and we take its', async () => {
    const answers = await walks;
    for (const [number, { nodes }] of GRAPHS.entries()) {
      const { order } = answers[number]!;
      if (order === undefined) continue;
      const graph = new TaskGraph(nodes);
      expect(order.toSorted()).toEqual(nodes.map(({ id }) => id).toSorted());
      for (const sorted of [order, graph.topologicalSort()]) {
        const places = new Map(sorted.map((id, place) => [id, place]));
        for (const { id, dependencies } of nodes)
          for (const dependency of dependencies) expect(places.get(dependency)!).toBeLessThan(places.get(id)!);
      }
      // Its order, too, goes generation by generation.
      const generations = new Map(graph.topologicalGenerations().flatMap((ids, generation) => ids.map((id) => [id, generation])));
      const along = order.map((id) => generations.get(id)!);
      expect(along).toEqual(along.toSorted((a, b) => a - b));
    }
  });

  it('has the same tasks become ready at every step', async () => {
    const answers = await walks;
    let compared = 0;
    for (const [number, { nodes, choices }] of GRAPHS.entries()) {
      const { steps } = answers[number]!;
      if (steps === undefined) continue;
      const places = new Map(nodes.map(({ id }, place) => [id, place]));
      const inOrder = (ids: readonly string[]) => ids.toSorted((a, b) => places.get(a)! - places.get(b)!);
      const run = new GraphRun({ nodes });
      let ready = inOrder(run.ready());
      const ours = [ready];
      for (const choice of choices) {
        const id = ready[choice % ready.length]!;
        run.started(id);
        const fresh = inOrder(run.succeeded(id));
        ours.push(fresh);
        ready = inOrder([...ready.filter((each) => each !== id), ...fresh]);
      }
      expect(ours).toEqual(steps);
      expect(run.settled).toBe(true);
      compared += steps.length;
    }
    expect(compared).toBeGreaterThan(4_000);
  });
});
