import { estimateProject, TaskEstimator, type TaskNode, type TaskObservation } from 'kamachiq';
import { SeededRandom } from './seeded-random.js';

/** Projects that are made of each way to choose what is learnt. */
const PROJECTS = 5;

const SLOTS = 4;

/** Tokens of a project: what they came to, and what was expected. */
export interface ProjectError {
  readonly actual: number;
  readonly p50: number;
  readonly p90: number;
  /** What one candidate of each of its tasks takes together, by what the held-out tasks themselves teach. */
  readonly size: number;
  /** What one attempt at each of its tasks was given; for these tasks it happens to lie near the mean. */
  readonly held: number;
}

/** Makes projects of tasks that were held out, all of so many functions drawn by chance, and estimates them by what was learnt. */
export function scoreProjects(
  learnt: readonly TaskObservation[],
  heldOut: readonly TaskObservation[],
  { size, split }: { readonly size: number; readonly split: number },
): readonly ProjectError[] {
  const estimator = new TaskEstimator(learnt);
  const hindsight = new TaskEstimator(heldOut);
  const functions = [...Map.groupBy(heldOut, ({ taskId }) => taskId.replace(/^\w+?-/, '')).values()];
  const random = new SeededRandom('projects', size, split);
  return Array.from({ length: PROJECTS }, () => {
    const chosen = random.sample(size, functions.length).flatMap((index) => oneOfEachKind(functions[index]!, random));
    const byId = new Map(chosen.map((observation) => [observation.taskId, observation]));
    const nodes = chosen.map(
      ({ taskId, heldTokens }): TaskNode => ({
        id: taskId,
        type: 'code',
        description: '',
        dependencies: [],
        estimatedTokens: heldTokens,
        inputs: {},
        writes: [],
        successCriteria: [],
      }),
    );
    const outlineOf = ({ id }: TaskNode) => ({ ...byId.get(id)!, plannedTokens: byId.get(id)!.heldTokens, plannedMilliseconds: 0 });
    const { tokens } = estimateProject(nodes, estimator, { outlineOf, slots: SLOTS, seed: split });
    const sum = (read: (observation: TaskObservation) => number) => chosen.reduce((total, observation) => total + read(observation), 0);
    return {
      ...tokens,
      actual: sum((observation) => observation.tokens),
      size: nodes.reduce((total, node) => total + hindsight.estimate(outlineOf(node)).candidateTokens!, 0),
      held: sum((observation) => observation.heldTokens),
    };
  });
}

/** One round of each kind of task on a function. */
function oneOfEachKind(observations: readonly TaskObservation[], random: SeededRandom): readonly TaskObservation[] {
  return [...Map.groupBy(observations, ({ template }) => template).values()].map((rounds) => rounds[random.integer(0, rounds.length - 1)]!);
}
