import { GraphRun, TaskGraph } from 'kamachiq';
import type { Benchmark } from './benchmark.js';
import { buildAndSort } from './build-and-sort.js';
import { drainRun } from './drain-run.js';
import { chain, fan } from './measured-graphs.js';
import { millisecondsSince } from './milliseconds-since.js';
import type { GeneratedNode } from './task-graph-families.js';

const MILLION = 1_000_000;

interface Shape {
  readonly name: string;
  readonly nodes: readonly GeneratedNode[];
  /** Tasks on a longest path. */
  readonly length: number;
}

/** Every operation on a chain and a fan of a million, once each. */
export const measureLargeShapes: Benchmark = async (progress) => {
  const shapes: readonly Shape[] = [
    { name: 'chain', nodes: chain(MILLION), length: MILLION },
    { name: 'fan', nodes: fan(MILLION), length: 3 },
  ];
  const measured = shapes.map((shape) => {
    progress(`a ${shape.name} of ${MILLION.toLocaleString('en-US')}`);
    return { ...shape, steps: stepsOf(shape).map(carryOut) };
  });
  const seconds = measured[0]!.steps.map(({ name }, index) => [name, ...measured.map(({ steps }) => steps[index]!.outcome)]);
  const head = ['seconds', ...shapes.map(({ name }) => `${name} of ${MILLION.toLocaleString('en-US')}`)];
  return {
    tables: [{ title: 'The largest shapes', rows: [head, ...seconds] }],
    targets: measured.map(({ name, steps }) => ({
      name: `${name} of ${MILLION}: seconds for all operations`,
      value: steps.reduce((sum, step) => sum + step.seconds, 0),
      target: 'finishes',
      holds: steps.every(({ finished }) => finished),
    })),
  };
};

interface Step {
  readonly name: string;
  /** Whether the answer is right. */
  readonly run: () => boolean;
}

function stepsOf({ nodes, length }: Shape): readonly Step[] {
  const graph = new TaskGraph(nodes);
  const duration = () => 1;
  return [
    { name: 'build, check, sort', run: () => buildAndSort(nodes).length === MILLION },
    { name: 'generations', run: () => graph.topologicalGenerations().length === length },
    { name: 'critical path', run: () => graph.criticalPath(duration).length === length },
    { name: 'remaining paths', run: () => graph.remainingPaths(duration).get(nodes[0]!.id) === length },
    { name: 'slack', run: () => graph.slack(duration).size === MILLION },
    { name: 'descendants of the first', run: () => graph.descendants(nodes[0]!.id).length === MILLION - 1 },
    { name: 'ancestors of the last', run: () => graph.ancestors(nodes.at(-1)!.id).length === MILLION - 1 },
    { name: 'cycles', run: () => closeCycle(nodes).findCycles()[0]!.length === length + 1 },
    { name: 'transitive reduction', run: () => graph.transitiveReduction().size === MILLION },
    { name: 'run, ready to settled', run: () => drainRun(new GraphRun({ nodes }, { durationOf: duration })) },
  ];
}

function carryOut({ name, run }: Step) {
  const start = process.hrtime.bigint();
  try {
    const right = run();
    const seconds = millisecondsSince(start) / 1_000;
    return { name, seconds, finished: right, outcome: right ? seconds.toFixed(2) : 'wrong answer' };
  } catch (error) {
    return { name, seconds: millisecondsSince(start) / 1_000, finished: false, outcome: String(error).slice(0, 60) };
  }
}

/** The first node comes after the last, too. */
const closeCycle = ([first, ...others]: readonly GeneratedNode[]) => new TaskGraph([{ ...first!, dependencies: [others.at(-1)!.id] }, ...others]);
