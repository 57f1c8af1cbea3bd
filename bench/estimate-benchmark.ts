import { fileURLToPath } from 'node:url';
import { type EstimateScore, scoreEstimates, scoreHeldOut, type TaskObservation } from 'kamachiq';
import { FilesystemObservationStore } from 'kamachiq/worker';
import { atLeast, atMost, type Benchmark, type Table, type Target } from './benchmark.js';
import { leastLineError } from './least-line-error.js';
import { type ProjectError, scoreProjects } from './score-projects.js';
import { SeededRandom } from './seeded-random.js';

const JOURNALS = fileURLToPath(new URL('journals/observations', import.meta.url));
const KINDS = ['python-function/1', 'free-form/1'];

/** Tasks of a kind that are learnt from, each of another function. */
const LEARNT = 30;

/** Ways to choose them; all tasks on other functions are held out. */
const SPLITS = 40;
const PROJECT_SPLITS = 20;

/** What is made of each function of a project. */
const PROJECTS = [
  { name: 'code and documents', kinds: KINDS },
  { name: 'code alone', kinds: KINDS.slice(0, 1) },
];

/** Functions of a project. */
const PROJECT_SIZES = [6, 12, 24];

/** Promised as the mean error of the totals of projects. */
const MOST_ERROR = 0.2;

/**
 * How well tasks and projects of a real model would have been estimated, by what other real tasks had taught.
 *
 * Beside the error of projects stands the least possible one: of the best figure, chosen with hindsight for these very projects, that follows along a straight
 * line from what their tasks have to read (`leastLineError`), and so can't tell hard tasks of a kind from easy ones. Where that is more than what was promised,
 * the promise is out of reach of estimates of this kind.
 */
export const measureEstimate: Benchmark = async (progress) => {
  const store = new FilesystemObservationStore(JOURNALS);
  const byKind = new Map<string, readonly TaskObservation[]>();
  for (const template of KINDS) byKind.set(template, await store.doRead({ template, limit: 100_000 }));
  const all = [...byKind.values()].flat().sort((a, b) => (a.finishedAt < b.finishedAt ? -1 : 1));
  progress(`${all.length} observations`);
  const heldOut = new Map(KINDS.map((kind) => [kind, scoreSplits(kind, byKind.get(kind)!)]));
  const replayed = new Map(KINDS.map((kind) => [kind, scoreEstimates(byKind.get(kind)!, LEARNT)]));
  const projects = PROJECTS.flatMap(({ name, kinds }) =>
    PROJECT_SIZES.map((size): ScoredProjects => {
      progress(`projects of ${size} functions, ${name}`);
      const errors = Array.from({ length: PROJECT_SPLITS }, (_, split) => {
        const chosen = kinds.map((kind) => splitByFunction(byKind.get(kind)!, split));
        return scoreProjects(
          chosen.flatMap(({ learnt }) => learnt),
          chosen.flatMap(({ rest }) => rest),
          { size, split },
        );
      }).flat();
      return { name: `${size} functions, ${name}`, errors };
    }),
  );
  return { tables: [describeKinds(byKind, heldOut, replayed), describeProjects(projects)], targets: targetsOf(heldOut, replayed, projects) };
};

interface SplitScore extends Omit<EstimateScore, 'tasks'> {
  /** Tasks held out in the mean. */
  readonly tasks: number;
}

type Scores = ReadonlyMap<string, EstimateScore>;

function scoreSplits(kind: string, observations: readonly TaskObservation[]): SplitScore {
  const scores = Array.from({ length: SPLITS }, (_, split) => {
    const { learnt, rest } = splitByFunction(observations, split);
    return scoreHeldOut(learnt, rest);
  });
  const meanOf = (read: (score: EstimateScore) => number | null) => mean(scores.map((score) => read(score) ?? Number.NaN));
  if (scores.some(({ tasks }) => tasks === 0)) throw new Error(`Expected more than ${LEARNT} functions of ${kind}, got too few.`);
  return {
    tasks: meanOf(({ tasks }) => tasks),
    coverage: meanOf(({ coverage }) => coverage),
    pinballP50: meanOf(({ pinballP50 }) => pinballP50),
    pinballP90: meanOf(({ pinballP90 }) => pinballP90),
    candidateError: meanOf(({ candidateError }) => candidateError),
  };
}

const functionOf = ({ taskId }: TaskObservation): string => taskId.replace(/^(implement|document)-/, '');

/** Learns from one task each of some functions, the same for every kind; what else is known of these functions is left out. */
function splitByFunction(observations: readonly TaskObservation[], split: number) {
  const names = [...new Set(observations.map(functionOf))].sort();
  const random = new SeededRandom('estimate', split);
  const chosen = new Set(random.sample(LEARNT, names.length).map((index) => names[index]!));
  const own = observations.filter((observation) => chosen.has(functionOf(observation)));
  const learnt = [...chosen].map((name) => {
    const rounds = own.filter((observation) => functionOf(observation) === name);
    return rounds[random.integer(0, rounds.length - 1)]!;
  });
  return { learnt, rest: observations.filter((observation) => !chosen.has(functionOf(observation))) };
}

function describeKinds(byKind: ReadonlyMap<string, readonly TaskObservation[]>, heldOut: Scores, replayed: Scores): Table {
  const rows = KINDS.flatMap((kind) => {
    const observations = byKind.get(kind)!;
    const failed = observations.filter(({ succeeded }) => !succeeded).length;
    const label = `${kind}: ${observations.length} tasks, ${failed} failed, mean ${mean(observations.map(({ tokens }) => tokens)).toFixed(0)} tokens`;
    return [
      [label],
      ['  learnt from 30, other functions held out', ...figures(heldOut.get(kind)!)],
      ['  replayed: each from those before it', ...figures(replayed.get(kind)!)],
    ];
  });
  return { title: 'Tasks', rows: [['', 'predicted', 'P90 covers', 'pinball P50', 'pinball P90', 'candidate error'], ...rows] };
}

const figures = ({ tasks, coverage, pinballP50, pinballP90, candidateError }: EstimateScore): readonly string[] => [
  tasks.toFixed(0),
  percent(coverage ?? Number.NaN),
  (pinballP50 ?? Number.NaN).toFixed(0),
  (pinballP90 ?? Number.NaN).toFixed(0),
  percent(candidateError ?? Number.NaN),
];

interface ScoredProjects {
  readonly name: string;
  readonly errors: readonly ProjectError[];
}

const meanError = (errors: readonly ProjectError[]): number => mean(errors.map(({ actual, p50 }) => Math.abs(p50 - actual) / actual));
const sumError = (errors: readonly ProjectError[]): number => {
  const total = errors.reduce((sum, { actual }) => sum + actual, 0);
  return Math.abs(errors.reduce((sum, { p50 }) => sum + p50, 0) - total) / total;
};

function describeProjects(projects: readonly ScoredProjects[]): Table {
  const rows = projects.map(({ name, errors }) => [
    name,
    String(errors.length),
    percent(meanError(errors)),
    describeFloor(leastLineError(errors)),
    percent(sumError(errors)),
    percent(mean(errors.map(({ actual, p50 }) => (actual <= p50 ? 1 : 0)))),
    percent(mean(errors.map(({ actual, p90 }) => (actual <= p90 ? 1 : 0)))),
    percent(mean(errors.map(({ actual, held }) => Math.abs(held - actual) / actual))),
  ]);
  return {
    title: 'Tokens of whole projects, made of held-out tasks: P50 beside what they took',
    rows: [['', 'projects', 'mean error', 'least possible', 'of the sum', 'P50 covers', 'P90 covers', 'one hold a task: mean error'], ...rows],
  };
}

const describeFloor = (error: number): string => percent(error) + (error > MOST_ERROR ? ': more than promised' : '');

function targetsOf(heldOut: Scores, replayed: Scores, projects: readonly ScoredProjects[]): readonly Target[] {
  const tasks = (scores: Scores) => KINDS.reduce((sum, kind) => sum + scores.get(kind)!.tasks, 0);
  const coverage = (scores: Scores) => KINDS.reduce((sum, kind) => sum + scores.get(kind)!.tasks * scores.get(kind)!.coverage!, 0) / tasks(scores);
  return [
    ...projects.map(({ name, errors }) => atMost(`projects of ${name}: mean error of the total`, meanError(errors), MOST_ERROR)),
    ...KINDS.map((kind) => atMost(`${kind}: median error of one candidate`, heldOut.get(kind)!.candidateError!, 0.2)),
    atLeast('tasks held out', tasks(heldOut), 200),
    between('held-out tasks within P90', coverage(heldOut), 0.85, 0.95),
    ...KINDS.map((kind) => between(`${kind}: held-out tasks within P90`, heldOut.get(kind)!.coverage!, 0.85, 0.95)),
    ...KINDS.map((kind) => between(`${kind}: replayed tasks within P90`, replayed.get(kind)!.coverage!, 0.85, 0.95)),
  ];
}

const between = (name: string, value: number, least: number, most: number): Target => ({
  name,
  value,
  target: `${least} to ${most}`,
  holds: value >= least && value <= most,
});

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
